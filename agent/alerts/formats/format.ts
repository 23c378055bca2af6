import type { Notice } from "../notice.ts";

/** Who speaks: what a format says of this device beyond the finding itself. */
export interface Speaker {
  thing: string;
  /** Of this agent. */
  version: string;
}

/** How a record is written. Pure; any record that was read from disk can be formatted. */
export interface Format {
  contentType: string;
  /** Headers that an HTTP request with this body carries besides. */
  headersOf?(notice: Notice, speaker: Speaker): Readonly<Record<string, string>>;
  encode(notice: Notice, speaker: Speaker): string;
}

/** RFC 3339 with milliseconds; clocks that are wrong by ages stay within its four-digit years. */
export function timestampOf(wallMs: number): string {
  return new Date(Math.min(Math.max(wallMs, 0), YEAR_9999_MS)).toISOString();
}

const YEAR_9999_MS = 253_402_300_799_999;

/** Rule or behavior, by the name that an operator knows it by. */
export function sourceNameOf({ finding: { source } }: Notice): string {
  return source.kind === "rule" ? source.rule : source.behaviorName;
}
