/**
 * Conversations and commands summed over everything that ever left the core's tables. The core forgets
 * what it hands over; this does not, up to a bound.
 */
import type { Command, Conversation, ConversationEnd } from "../../agent/traffic/conversations.ts";

/** Sums of records with the same ends. Beyond `rowsMax` different ones, further ones are counted only. */
export interface Ledger<Row> {
  add(rows: Iterable<Row>): void;
  /** The sums, with `live` rows added to a copy of them. */
  with(live: Iterable<Row>): Row[];
  readonly lostCount: number;
}

/** The initiator of the record that was added first stays the initiator. */
export function createConversationLedger(rowsMax = 100_000): Ledger<Conversation> {
  return createLedger(rowsMax, conversationKey, addConversation);
}

export function createCommandLedger(rowsMax = 100_000): Ledger<Command> {
  return createLedger(rowsMax, commandKey, addCommand);
}

function createLedger<Row>(
  rowsMax: number,
  keyOf: (row: Row) => string,
  sumOf: (sum: Row, row: Row) => Row,
): Ledger<Row> {
  const sums = new Map<string, Row>();
  let lostCount = 0;

  function addTo(target: Map<string, Row>, rows: Iterable<Row>): void {
    for (const row of rows) {
      const key = keyOf(row);
      const sum = target.get(key);
      if (sum) target.set(key, sumOf(sum, row));
      else if (target.size < rowsMax) target.set(key, row);
      else lostCount++;
    }
  }

  return {
    add: (rows) => addTo(sums, rows),
    with(live) {
      const all = new Map(sums);
      addTo(all, live);
      return [...all.values()];
    },
    get lostCount() {
      return lostCount;
    },
  };
}

function conversationKey({ kind, protocol, initiator, responder }: Conversation): string {
  const ends = [endKey(initiator), endKey(responder)].sort();
  return `${kind} ${protocol} ${ends.join(" ")}`;
}

function endKey({ address, port }: ConversationEnd): string {
  return `${address} ${port}`;
}

function addConversation(sum: Conversation, row: Conversation): Conversation {
  const turned = endKey(sum.initiator) !== endKey(row.initiator);
  const both = (a: [number, number], b: [number, number]): [number, number] =>
    turned ? [a[0] + b[1], a[1] + b[0]] : [a[0] + b[0], a[1] + b[1]];
  return {
    ...sum,
    ot: sum.ot || row.ot,
    firstUs: Math.min(sum.firstUs, row.firstUs),
    lastUs: Math.max(sum.lastUs, row.lastUs),
    packets: both(sum.packets, row.packets),
    bytes: both(sum.bytes, row.bytes),
    payloadBytes: both(sum.payloadBytes, row.payloadBytes),
    synCount: sum.synCount + row.synCount,
    finCount: sum.finCount + row.finCount,
    rstCount: sum.rstCount + row.rstCount,
  };
}

function commandKey(row: Command): string {
  const { kind, client, server, object, functionCode, error } = row;
  return `${kind} ${client} ${server} ${object} ${functionCode} ${error}`;
}

function addCommand(sum: Command, row: Command): Command {
  return {
    ...sum,
    firstUs: Math.min(sum.firstUs, row.firstUs),
    lastUs: Math.max(sum.lastUs, row.lastUs),
    requestCount: sum.requestCount + row.requestCount,
    responseCount: sum.responseCount + row.responseCount,
    errorCount: sum.errorCount + row.errorCount,
  };
}
