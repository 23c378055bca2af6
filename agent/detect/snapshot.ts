import { createHash } from "node:crypto";
import type { MetricValue } from "../core/finding.ts";
import { BytesError, createReader, createWriter, type Reader, type Writer } from "./bytes.ts";
import type { BehaviorState } from "./evaluate.ts";
import type { BehaviorKey } from "./fleet.ts";
import type { SlotWindow } from "./slots.ts";

/** A detector's state: of each behavior of each thing, and which behaviors they are. */
export interface Snapshot {
  openSlot: number;
  behaviors: readonly BehaviorKey[];
  things: readonly { name: string; states: (BehaviorState | null)[] }[];
}

/** First in the bytes: a state of another make is not read. */
const MAGIC = "fieldwarden detect 1";
/** The first bytes of a SHA-256 over the rest, at the end: a torn file is not read. */
const CHECK_BYTES = 8;

export function encodeSnapshot({ openSlot, behaviors, things }: Snapshot): Uint8Array {
  const writer = createWriter();
  writer.text(MAGIC);
  writer.whole(openSlot + 1);
  writer.whole(behaviors.length);
  for (const { profile, name, digest } of behaviors) {
    writer.text(profile);
    writer.text(name);
    writer.text(digest);
  }
  writer.whole(things.length);
  for (const { name, states } of things) {
    writer.text(name);
    writer.whole(states.filter((state) => state !== null).length);
    for (const [index, state] of states.entries()) {
      if (state === null) continue;
      writer.whole(index);
      writeState(writer, state);
    }
  }
  const body = writer.bytes();
  return Buffer.concat([body, checkOf(body)]);
}

/** The state, or null when the bytes are damaged or of another version. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot | null {
  if (bytes.length < CHECK_BYTES) return null;
  const body = bytes.subarray(0, bytes.length - CHECK_BYTES);
  if (!checkOf(body).equals(bytes.subarray(body.length))) return null;
  try {
    return readSnapshot(createReader(body));
  } catch (error) {
    if (error instanceof BytesError) return null;
    throw error;
  }
}

function readSnapshot(reader: Reader): Snapshot | null {
  if (reader.text() !== MAGIC) return null;
  const openSlot = reader.whole() - 1;
  const behaviors = readList(reader, () => ({
    profile: reader.text(),
    name: reader.text(),
    digest: reader.text(),
  }));
  const things = readList(reader, () => {
    const name = reader.text();
    const states = behaviors.map((): BehaviorState | null => null);
    for (let left = reader.whole(); left > 0; left--) {
      const index = reader.whole();
      if (index >= states.length) throw new BytesError("a state of no behavior");
      states[index] = readState(reader);
    }
    return { name, states };
  });
  return reader.isAtEnd() ? { openSlot, behaviors, things } : null;
}

/** Every item takes bytes, so the bytes' end bounds the list whatever its length says. */
function readList<T>(reader: Reader, readItem: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.whole(); left > 0; left--) items.push(readItem());
  return items;
}

const IN_ALARM = 1;
const WITH_WINDOW = 2;
const WITH_VALUE = 4;
const BEGAN = 8;
/** The streak, at most 10, above the flags. */
const STREAK = 16;

function writeState(writer: Writer, state: BehaviorState): void {
  const { inAlarm, streak, seenMs, startMs, nth, lastMs, lastValue, window } = state;
  const flags =
    (inAlarm ? IN_ALARM : 0) +
    (window === null ? 0 : WITH_WINDOW) +
    (lastValue === null ? 0 : WITH_VALUE) +
    (startMs < 0 ? 0 : BEGAN);
  writer.whole(flags + streak * STREAK);
  writer.whole(seenMs);
  if (startMs >= 0) {
    writer.whole(startMs);
    writer.whole(nth);
  }
  if (lastValue !== null) {
    writer.whole(lastMs);
    writeValue(writer, lastValue);
  }
  if (window !== null) writeWindow(writer, window);
}

function readState(reader: Reader): BehaviorState {
  const head = reader.whole();
  const seenMs = reader.whole();
  const began = (head & BEGAN) > 0;
  const startMs = began ? reader.whole() : -1;
  const nth = began ? reader.whole() : 0;
  const hasValue = (head & WITH_VALUE) > 0;
  const lastMs = hasValue ? reader.whole() : 0;
  return {
    inAlarm: (head & IN_ALARM) > 0,
    streak: Math.floor(head / STREAK),
    seenMs,
    startMs,
    nth,
    lastMs,
    lastValue: hasValue ? readValue(reader) : null,
    window: (head & WITH_WINDOW) > 0 ? readWindow(reader) : null,
  };
}

function writeWindow(writer: Writer, { newest, values }: SlotWindow): void {
  writer.whole(values.length);
  writer.whole(newest);
  for (const value of values) writer.float(value);
}

function readWindow(reader: Reader): SlotWindow {
  const length = reader.whole();
  const newest = reader.whole();
  const values: number[] = [];
  for (let left = length; left > 0; left--) values.push(reader.float());
  return { newest, values };
}

const kinds = ["count", "number", "ports", "numbers", "cidrs", "strings"] as const;

function writeValue(writer: Writer, value: MetricValue): void {
  const kind = kinds.findIndex((name) => value[name] !== undefined);
  const held = value[kinds[kind]!]!;
  writer.whole(kind);
  if (typeof held !== "number") writer.whole(held.length);
  for (const item of typeof held === "number" ? [held] : held) {
    if (typeof item === "string") writer.text(item);
    else writer.float(item);
  }
}

function readValue(reader: Reader): MetricValue {
  const kind = kinds[reader.whole()];
  if (kind === undefined) throw new BytesError("a value of no kind");
  if (kind === "count" || kind === "number") return { [kind]: reader.float() };
  const isText = kind === "cidrs" || kind === "strings";
  return {
    [kind]: readList<string | number>(reader, isText ? reader.text.bind(reader) : reader.float),
  };
}

function checkOf(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, CHECK_BYTES);
}
