import { createBackoff } from "../core/backoff.ts";
import type { Clock } from "../core/clock.ts";
import type { AlertOutputStatus } from "../core/finding.ts";
import type { Log } from "../core/log.ts";
import type { Ledger } from "./ledger.ts";
import type { AlertOutput } from "./output.ts";

export interface CourierOptions {
  output: AlertOutput;
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** Chance, in [0, 1), for the jitter of waits. */
  random: () => number;
}

/** Brings the records to one output, oldest first, each until its answer; with waits after failures. */
export interface Courier {
  /** Starts a round when one is due. Returns at once. */
  poke(): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
  status(): AlertOutputStatus;
}

/** Records in one round, so that it has a bound. */
const ROUND_RECORDS_MAX = 64;

const WAIT_MS = { delayMsMin: 2000, delayMsMax: 5 * 60_000 };

export function createCourier({ output, ledger, clock, log, random }: CourierOptions): Courier {
  const { name, endpoint } = output;
  const backoff = createBackoff({ ...WAIT_MS, random });
  const counts = { delivered: 0, refused: 0, lost: 0 };
  let running: Promise<void> | null = null;
  let nextRoundMs = 0;
  let detail = "";

  /** False when the output wants it later. */
  async function round(): Promise<boolean> {
    for (const notice of await ledger.read(ledger.cursor(name), ROUND_RECORDS_MAX)) {
      const result = await output.deliver(notice);
      if (result.outcome === "unreachable") {
        if (detail === "") log.warn("findings wait", { output: name, reason: result.reason });
        detail = result.reason;
        return false;
      }
      counts[result.outcome]++;
      detail = result.outcome === "refused" ? result.reason : "";
      if (result.outcome === "refused") {
        const { id } = notice.finding;
        log.warn("finding refused", { output: name, id, reason: result.reason });
      }
      const lost = notice.sequence - ledger.cursor(name) - 1;
      counts.lost += lost;
      if (lost > 0) log.warn("findings were dropped before they went out", { output: name, lost });
      await ledger.moveCursor(name, notice.sequence);
    }
    return true;
  }

  return {
    poke() {
      const isDue = ledger.cursor(name) < ledger.tip.sequence;
      if (running !== null || !isDue || clock.monotonicMs() < nextRoundMs) return;
      running = round()
        .then((isTaken) => {
          if (isTaken) backoff.reset();
          nextRoundMs = isTaken ? 0 : clock.monotonicMs() + backoff.nextMs();
        })
        .finally(() => {
          running = null;
        });
    },
    idle: () => running ?? Promise.resolve(),
    status: () => ({
      name,
      endpoint,
      ...counts,
      waiting: ledger.tip.sequence - ledger.cursor(name),
      detail,
    }),
  };
}
