/** A folder of Zeek's JSON logs as observations, in the order of their lines' times. Lines that are none are counted. */
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { CommandCount, ConversationCount, PlantObservation } from "../../core/plant.ts";
import { OBSERVATION_ROWS_MAX, OBSERVE_INTERVAL_MS } from "../plant.ts";
import {
  cipOf,
  conversationOf,
  dnp3Of,
  endsOf,
  modbusOf,
  s7commOf,
  type ZeekRow,
} from "../zeek/rows.ts";

/** A line longer than this is no line of Zeek's. */
const LINE_CHARACTERS_MAX = 256 * 1024;

/** Logs that are read, and what of the others makes them needless: the same messages would count twice. */
const readers: Readonly<
  Record<string, { read: (row: ZeekRow) => CommandCount | null; unless?: string }>
> = {
  modbus: { read: modbusOf },
  modbus_detailed: { read: modbusOf, unless: "modbus" },
  dnp3: { read: dnp3Of },
  s7comm: { read: s7commOf },
  cip: { read: cipOf },
};

export interface ZeekNotice {
  atMs: number;
  note: string;
  msg: string;
  src: string;
  dst: string;
}

export interface ZeekVisitor {
  onObservation(observation: PlantObservation): void;
  onNotice(notice: ZeekNotice): void;
}

/** @returns lines that could not be read, or null when DIR has no log of these. Throws the system's errors. */
export async function readZeekLogs(
  folder: string,
  visitor: ZeekVisitor,
  stop?: AbortSignal,
): Promise<number | null> {
  const logs = (await readdir(folder)).flatMap((file) => {
    const log = /^([a-z0-9_]+)(\.[^/]*)?\.log(\.gz)?$/.exec(file)?.[1];
    return log === undefined ? [] : [{ file, log }];
  });
  const present = new Set(logs.map(({ log }) => log));
  const wanted = logs.filter(({ log }) => {
    if (log === "conn" || log === "notice") return true;
    const reader = Object.hasOwn(readers, log) ? readers[log] : undefined;
    return reader !== undefined && !(reader.unless !== undefined && present.has(reader.unless));
  });
  if (wanted.length === 0) return null;
  const gather = createGatherer(visitor);
  const heads = await Promise.all(
    wanted.map(async ({ file, log }) => {
      const rows = rowsOf(join(folder, file), log);
      return { log, rows, next: await rows.next() };
    }),
  );
  for (;;) {
    const ready = heads.filter(({ next }) => next.done !== true);
    if (ready.length === 0 || stop?.aborted === true) break;
    const first = ready.reduce((a, b) => (atOf(a.next) <= atOf(b.next) ? a : b));
    if (first.next.value) gather.take(first.log, first.next.value.row, first.next.value.atMs);
    first.next = await first.rows.next();
  }
  gather.close();
  return gather.badLines();
}

interface TimedRow {
  row: ZeekRow | null;
  atMs: number;
}

function atOf(next: IteratorResult<TimedRow, void>): number {
  return next.value?.atMs ?? 0;
}

/** A connection's line is written at its end. */
async function* rowsOf(path: string, log: string): AsyncGenerator<TimedRow, void> {
  const file = createReadStream(path);
  const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  let atMs = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === "" || line.startsWith("#")) continue;
    const row = line.length > LINE_CHARACTERS_MAX ? null : parsed(line);
    const duration = log === "conn" && typeof row?.duration === "number" ? row.duration : 0;
    if (typeof row?.ts === "number") atMs = (row.ts + duration) * 1000;
    yield { row, atMs };
  }
}

function parsed(line: string): ZeekRow | null {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === "object" && row !== null ? (row as ZeekRow) : null;
  } catch {
    return null;
  }
}

function createGatherer({ onObservation, onNotice }: ZeekVisitor) {
  let conversations: ConversationCount[] = [];
  let commands: CommandCount[] = [];
  let fromMs = Number.NaN;
  let nowMs = 0;
  let bad = 0;

  function tell(): void {
    if (Number.isNaN(fromMs)) return;
    const observation = { fromMs, untilMs: nowMs, commands, conversations };
    conversations = [];
    commands = [];
    fromMs = nowMs;
    onObservation({ ...observation, facts: [], lostCount: 0 });
  }

  return {
    take(log: string, row: ZeekRow | null, atMs: number): void {
      const ends = row === null ? null : endsOf(row);
      if (row === null || (ends === null && log !== "notice")) {
        bad++;
        return;
      }
      if (Number.isNaN(fromMs)) fromMs = atMs;
      const rows = conversations.length + commands.length;
      if (atMs - fromMs >= OBSERVE_INTERVAL_MS || rows >= OBSERVATION_ROWS_MAX) tell();
      nowMs = Math.max(nowMs, atMs);
      if (log === "notice") {
        onNotice(noticeOf(row, atMs));
        return;
      }
      if (log === "conn") {
        const conversation = conversationOf(row);
        if (conversation !== null) conversations.push(conversation);
        return;
      }
      const command = readers[log]?.read(row) ?? null;
      if (command !== null) commands.push(command);
    },
    close: tell,
    badLines: () => bad,
  };
}

function noticeOf(row: ZeekRow, atMs: number): ZeekNotice {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    atMs,
    note: text(row.note),
    msg: text(row.msg),
    src: text(row.src) || text(row["id.orig_h"]),
    dst: text(row.dst) || text(row["id.resp_h"]),
  };
}
