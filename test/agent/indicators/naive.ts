/** A matcher by the words of the docs alone: BigInt, string ends, one indicator after the other. */
import type { Indicator } from "../../../agent/indicators/indicator.ts";

export const bigOf = (words: readonly number[]) =>
  words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);

const holds = ({ validFromMs, validUntilMs }: Indicator, wallMs: number) =>
  (validFromMs === null || validFromMs <= wallMs) &&
  (validUntilMs === null || wallMs < validUntilMs);

export function naiveAddress(
  indicators: readonly Indicator[],
  address: readonly number[],
  wallMs: number,
  port?: number,
): string[] {
  return indicators
    .filter(({ target }) => {
      if (target.kind !== "network" || target.address.length !== address.length) return false;
      const hostBits = BigInt(address.length * 32 - target.prefix);
      if (bigOf(address) >> hostBits !== bigOf(target.address) >> hostBits) return false;
      return target.port === null || target.port === port;
    })
    .filter((indicator) => holds(indicator, wallMs))
    .map(({ id }) => id);
}

export function naiveDomain(
  indicators: readonly Indicator[],
  name: string,
  wallMs: number,
): string[] {
  return indicators
    .filter(({ target }) => {
      if (target.kind !== "domain") return false;
      if (name === target.name) return target.scope !== "below";
      return target.scope !== "self" && name.endsWith(`.${target.name}`);
    })
    .filter((indicator) => holds(indicator, wallMs))
    .map(({ id }) => id);
}

export function naivePort(indicators: readonly Indicator[], port: number, wallMs: number) {
  return indicators
    .filter(({ target }) => target.kind === "port" && target.port === port)
    .filter((indicator) => holds(indicator, wallMs))
    .map(({ id }) => id);
}
