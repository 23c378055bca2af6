import { createBackoff } from "./core/backoff.ts";
import type { Clock } from "./core/clock.ts";
import { DRAIN_REPORTS_MAX } from "./core/limits.ts";
import type { Log } from "./core/log.ts";
import type { Spool } from "./core/spool.ts";
import type { SendResult, Transport } from "./core/transport.ts";

export interface DrainOptions {
  spool: Spool;
  transport: Transport;
  /** Bounds one round, however full the spool is. */
  reportsMax: number;
  /** Told of every answer, in the order of sending. */
  onResult: (id: number, result: SendResult) => void;
}

/**
 * "drained": the spool is empty. "more": the bound was reached. "wait": the oldest report stays first
 * in line, because the service cannot be reached or wants it later.
 */
export type DrainOutcome = "drained" | "more" | "wait";

/** Sends reports, oldest first, each until its answer. */
export async function drain(options: DrainOptions): Promise<DrainOutcome> {
  const { spool, transport, reportsMax, onResult } = options;
  for (let sent = 0; sent < reportsMax; sent++) {
    const record = await spool.peek();
    if (record === null) return "drained";
    const result = await transport.send({ id: record.id, bytes: record.body });
    onResult(record.id, result);
    if (result.outcome === "unreachable" || result.outcome === "throttled") return "wait";
    await spool.remove(record.id); // Accepted, or can never be: sending it again helps nobody.
  }
  return "more";
}

/** Empties the spool in the background, one round at a time, with waits after failures. */
export interface Uploader {
  /** Starts a round when one is due. Returns at once. */
  poke(): void;
  /** Resolves when no round is under way. */
  idle(): Promise<void>;
}

export interface UploaderOptions {
  clock: Clock;
  log: Log;
  spool: Spool;
  transport: Transport;
  /** The longest wait: the service takes a report per interval at least. */
  waitMsMax: number;
  random: () => number;
  onResult: (id: number, result: SendResult) => void;
}

/** First wait after a failed or throttled send; it doubles from there. */
const WAIT_MS_MIN = 2000;

export function createUploader(options: UploaderOptions): Uploader {
  const { clock, log, spool, transport, random, onResult } = options;
  const delayMsMax = Math.max(options.waitMsMax, WAIT_MS_MIN);
  const backoff = createBackoff({ delayMsMin: WAIT_MS_MIN, delayMsMax, random });
  let running: Promise<void> | null = null;
  let nextRoundMs = 0;
  let wasConnected = false;

  async function round(): Promise<void> {
    try {
      const outcome = await drain({ spool, transport, reportsMax: DRAIN_REPORTS_MAX, onResult });
      if (outcome !== "wait") {
        backoff.reset();
        return;
      }
    } catch (error) {
      // A disk that cannot be read now may be read later; the agent goes on either way.
      log.error("spool cannot be drained", { reason: (error as Error).message });
    }
    nextRoundMs = clock.monotonicMs() + backoff.nextMs();
  }

  return {
    poke() {
      const connected = transport.status().state === "connected";
      if (connected && !wasConnected) nextRoundMs = 0; // What waited for a connection waits no more.
      wasConnected = connected;
      if (running !== null || !connected || clock.monotonicMs() < nextRoundMs) return;
      running = round().finally(() => {
        running = null;
      });
    },
    idle: () => running ?? Promise.resolve(),
  };
}
