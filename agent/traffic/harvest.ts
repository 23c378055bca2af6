/** Takes what grew out of the core's tables, record by record, where it lies: nothing is kept here. */
import { abi } from "./abi.ts";
import type { TrafficCore } from "./core.ts";

export type CoreQuery = TrafficCore["query"];

/** Called with each record, which is good until it returns. */
export interface RecordVisitor {
  conversation(view: DataView, at: number): void;
  command(view: DataView, at: number): void;
  excerpt(view: DataView, at: number): void;
}

/** Counters of what the core could not keep or was never given whole. */
const lossCounters = [
  abi.COUNTER_CONVERSATIONS_LOST,
  abi.COUNTER_COMMANDS_LOST,
  abi.COUNTER_EXCERPTS_LOST,
];

/** Records that had to make room for others, and excerpts. Call it after each batch. */
export function drainEvicted(query: CoreQuery, visitor: RecordVisitor): void {
  drain(
    query,
    abi.QUERY_CONVERSATIONS_EVICTED,
    abi.CONVERSATION_RECORD_BYTES,
    visitor.conversation,
  );
  drain(query, abi.QUERY_COMMANDS_EVICTED, abi.COMMAND_RECORD_BYTES, visitor.command);
  drainExcerpts(query, visitor.excerpt);
}

/** What the tables counted since the last harvest. */
export function harvest(query: CoreQuery, visitor: RecordVisitor): void {
  page(query, abi.QUERY_CONVERSATIONS_HARVEST, abi.CONVERSATION_RECORD_BYTES, visitor.conversation);
  page(query, abi.QUERY_COMMANDS_HARVEST, abi.COMMAND_RECORD_BYTES, visitor.command);
}

export function lostCountOf(counters: Uint32Array): number {
  return lossCounters.reduce((sum, counter) => sum + counters[counter]!, 0);
}

type Visit = RecordVisitor["command"];

function drain(query: CoreQuery, what: number, bytes: number, visit: Visit): void {
  let left: number;
  do {
    const view = query(what, 0, 0);
    left = view.getUint32(abi.PAGE_NEXT, true);
    visitAll(view, bytes, visit);
  } while (left !== 0);
}

function drainExcerpts(query: CoreQuery, visit: Visit): void {
  let left: number;
  do {
    const view = query(abi.QUERY_EXCERPTS, 0, 0);
    left = view.getUint32(abi.PAGE_NEXT, true);
    const excerpts = view.getUint32(abi.PAGE_RECORDS, true);
    for (let i = 0, at: number = abi.PAGE_HEADER_BYTES; i < excerpts; i++) {
      visit(view, at);
      const bytes = abi.EXCERPT_HEADER_BYTES + view.getUint16(at + abi.EXCERPT_BYTES, true);
      at += (bytes + 7) & ~7;
    }
  } while (left !== 0);
}

function page(query: CoreQuery, what: number, bytes: number, visit: Visit): void {
  let from = 0;
  do {
    const view = query(what, from, 0);
    from = view.getUint32(abi.PAGE_NEXT, true);
    visitAll(view, bytes, visit);
  } while (from !== 0);
}

function visitAll(view: DataView, bytes: number, visit: Visit): void {
  const records = view.getUint32(abi.PAGE_RECORDS, true);
  for (let i = 0; i < records; i++) visit(view, abi.PAGE_HEADER_BYTES + i * bytes);
}
