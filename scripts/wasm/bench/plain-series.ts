import { abi } from "../../../agent/traffic/abi.ts";

export const WINDOW_S = 300;

/** Sums of one second's amounts over the window; squares as doubles, as JavaScript has them. */
export class PlainSeries {
  private readonly ring = new Uint32Array(WINDOW_S);
  private readonly counts = new Uint16Array((33 - 5) << 5);
  private sum = 0;
  private squares = 0;
  private seconds = 0;

  add(second: number, amount: number): void {
    const slot = second % WINDOW_S;
    const before = this.ring[slot]!;
    if (before !== 0) this.weigh(before - 1, -1);
    const after = Math.min((before === 0 ? 0 : before - 1) + amount, abi.SERIES_AMOUNT_MAX);
    this.ring[slot] = after + 1;
    this.weigh(after, 1);
  }

  expire(second: number): void {
    const slot = second % WINDOW_S;
    const before = this.ring[slot]!;
    if (before === 0) return;
    this.weigh(before - 1, -1);
    this.ring[slot] = 0;
  }

  private weigh(amount: number, sign: number): void {
    this.sum += sign * amount;
    this.squares += sign * amount * amount;
    this.seconds += sign;
    const shift = Math.max(0, 26 - Math.clz32(amount | 1));
    this.counts[(shift << 5) + (amount >>> shift)]! += sign;
  }
}
