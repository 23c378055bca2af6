import type { Clock } from "../core/clock.ts";
import type { Log, LogFields, LogLevel } from "../core/log.ts";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** The same line is written again only after this long: a dead broker must not fill the journal. */
const REPEAT_MS = 60_000;

/** Lines remembered for that; when more are in use the memory is simply cleared. */
const REMEMBERED_MAX = 256;

export interface JsonLogOptions {
  level: LogLevel;
  clock: Clock;
  write: (line: string) => void;
}

/**
 * One JSON object a line: time (ISO 8601), level, message, then the fields. A warning or error that
 * repeats within a minute is counted instead, and the count stands on the next one as `repeated`.
 */
export function createJsonLog({ level, clock, write }: JsonLogOptions): Log {
  const remembered = new Map<string, { sinceMs: number; repeated: number }>();

  const put = (lineLevel: LogLevel, message: string, fields: LogFields | undefined) => {
    if (order.indexOf(lineLevel) < order.indexOf(level)) return;
    let repeated: number | undefined;
    if (lineLevel === "warn" || lineLevel === "error") {
      const key = `${message} ${fields?.reason ?? ""}`;
      const last = remembered.get(key);
      if (last !== undefined && clock.monotonicMs() - last.sinceMs < REPEAT_MS) {
        last.repeated++;
        return;
      }
      if (last !== undefined && last.repeated > 0) repeated = last.repeated;
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(key, { sinceMs: clock.monotonicMs(), repeated: 0 });
    }
    const time = new Date(clock.wallMs()).toISOString();
    write(`${JSON.stringify({ time, level: lineLevel, message, ...fields, repeated })}\n`);
  };
  return {
    debug: (message, fields) => put("debug", message, fields),
    info: (message, fields) => put("info", message, fields),
    warn: (message, fields) => put("warn", message, fields),
    error: (message, fields) => put("error", message, fields),
  };
}
