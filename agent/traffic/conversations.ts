/** The core's tables of conversations and commands as plain values: read page by page, and summed up. */
import { abi } from "./abi.ts";
import { addressText, macText } from "./address-text.ts";

/** `query(what, a, b)` of a core: the bytes of its answer, valid until the next call. */
export type CoreQuery = (what: number, a: number, b: number) => DataView;

export interface ConversationEnd {
  /** IPv4, IPv6 (RFC 5952) or MAC, as text. */
  address: string;
  /** 0 where there is none. */
  port: number;
  /** Of the first packet's frame; absent without Ethernet. Behind a router it is the router's. */
  mac?: string;
}

/** Counts of two are [from the initiator, to it]. */
export interface Conversation {
  kind: "link" | "arp" | "ipv4" | "ipv6";
  /** IP protocol number. */
  protocol: number;
  /** One of abi.OT_. */
  ot: number;
  initiator: ConversationEnd;
  responder: ConversationEnd;
  /** Absent as long as nothing says which end is the client. */
  client?: "initiator" | "responder";
  firstUs: number;
  lastUs: number;
  packets: [number, number];
  bytes: [number, number];
  payloadBytes: [number, number];
  synCount: number;
  finCount: number;
  rstCount: number;
}

/** One kind of command between two ends; what function, object and error mean is its protocol's to say. */
export interface Command {
  /** One of abi.KIND_. */
  kind: number;
  /** The ends are MAC addresses. */
  isLink: boolean;
  client: string;
  server: string;
  object: number;
  functionCode: number;
  /** Error code of the responses counted in errorCount; 0 for all else. */
  error: number;
  requestCount: number;
  responseCount: number;
  errorCount: number;
  firstUs: number;
  lastUs: number;
}

/** The table as it is now. */
export function readConversations(query: CoreQuery): Conversation[] {
  return readTable(query, abi.QUERY_CONVERSATIONS, abi.CONVERSATION_RECORD_BYTES, conversationOf);
}

/** Takes out the records that made room; the gateway's core only. Call it at least every 384 packets. */
export function drainConversations(query: CoreQuery): Conversation[] {
  return drainTable(
    query,
    abi.QUERY_CONVERSATIONS_EVICTED,
    abi.CONVERSATION_RECORD_BYTES,
    conversationOf,
  );
}

export function readCommands(query: CoreQuery): Command[] {
  return readTable(query, abi.QUERY_COMMANDS, abi.COMMAND_RECORD_BYTES, commandOf);
}

export function drainCommands(query: CoreQuery): Command[] {
  return drainTable(query, abi.QUERY_COMMANDS_EVICTED, abi.COMMAND_RECORD_BYTES, commandOf);
}

function readTable<Row>(
  query: CoreQuery,
  what: number,
  bytes: number,
  rowOf: (view: DataView, at: number) => Row,
): Row[] {
  const rows: Row[] = [];
  let from = 0;
  do {
    const page = query(what, from, 0);
    takePage(page, bytes, rowOf, rows);
    from = page.getUint32(abi.PAGE_NEXT, true);
  } while (from !== 0);
  return rows;
}

function drainTable<Row>(
  query: CoreQuery,
  what: number,
  bytes: number,
  rowOf: (view: DataView, at: number) => Row,
): Row[] {
  const rows: Row[] = [];
  let left: number;
  do {
    const page = query(what, 0, 0);
    takePage(page, bytes, rowOf, rows);
    left = page.getUint32(abi.PAGE_NEXT, true);
  } while (left !== 0);
  return rows;
}

function takePage<Row>(
  page: DataView,
  bytes: number,
  rowOf: (view: DataView, at: number) => Row,
  rows: Row[],
): void {
  const records = page.getUint32(abi.PAGE_RECORDS, true);
  for (let i = 0; i < records; i++) rows.push(rowOf(page, abi.PAGE_HEADER_BYTES + i * bytes));
}

const kinds = new Map<number, Conversation["kind"]>([
  [abi.CONVERSATION_LINK, "link"],
  [abi.CONVERSATION_ARP, "arp"],
  [abi.CONVERSATION_IPV4, "ipv4"],
]);

function conversationOf(view: DataView, at: number): Conversation {
  const kind = kinds.get(view.getUint8(at + abi.CONVERSATION_KIND)) ?? "ipv6";
  const marks = view.getUint8(at + abi.CONVERSATION_MARKS);
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const both = (offset: number): [number, number] => [u32(offset), u32(offset + 4)];
  const end = (address: number, port: number, mac: number): ConversationEnd => {
    const ethernet = macText(view, at + mac);
    return {
      address: kind === "link" ? macText(view, at + address) : addressText(view, at + address),
      port: view.getUint16(at + port, true),
      ...(ethernet !== "00:00:00:00:00:00" && { mac: ethernet }),
    };
  };
  return {
    kind,
    protocol: view.getUint8(at + abi.CONVERSATION_PROTOCOL),
    ot: view.getUint8(at + abi.CONVERSATION_OT),
    initiator: end(
      abi.CONVERSATION_INITIATOR,
      abi.CONVERSATION_INITIATOR_PORT,
      abi.CONVERSATION_INITIATOR_MAC,
    ),
    responder: end(
      abi.CONVERSATION_RESPONDER,
      abi.CONVERSATION_RESPONDER_PORT,
      abi.CONVERSATION_RESPONDER_MAC,
    ),
    ...(marks === abi.CLIENT_INITIATOR && { client: "initiator" }),
    ...(marks === abi.CLIENT_RESPONDER && { client: "responder" }),
    firstUs: Number(view.getBigUint64(at + abi.CONVERSATION_FIRST, true)),
    lastUs: Number(view.getBigUint64(at + abi.CONVERSATION_LAST, true)),
    packets: both(abi.CONVERSATION_PACKETS),
    bytes: both(abi.CONVERSATION_BYTES),
    payloadBytes: both(abi.CONVERSATION_PAYLOAD),
    synCount: u32(abi.CONVERSATION_SYN),
    finCount: u32(abi.CONVERSATION_FIN),
    rstCount: u32(abi.CONVERSATION_RST),
  };
}

/** The command record (COMMAND_) at `at`. */
export function commandOf(view: DataView, at: number): Command {
  const u32 = (offset: number) => view.getUint32(at + offset, true);
  const isLink = view.getUint8(at + abi.COMMAND_CONVERSATION) === abi.CONVERSATION_LINK;
  const textOf = isLink ? macText : addressText;
  return {
    kind: view.getUint8(at + abi.COMMAND_KIND),
    isLink,
    client: textOf(view, at + abi.COMMAND_CLIENT),
    server: textOf(view, at + abi.COMMAND_SERVER),
    object: u32(abi.COMMAND_OBJECT),
    functionCode: view.getUint16(at + abi.COMMAND_FUNCTION, true),
    error: view.getUint8(at + abi.COMMAND_ERROR),
    requestCount: u32(abi.COMMAND_REQUESTS),
    responseCount: u32(abi.COMMAND_RESPONSES),
    errorCount: u32(abi.COMMAND_ERRORS),
    firstUs: Number(view.getBigUint64(at + abi.COMMAND_FIRST, true)),
    lastUs: Number(view.getBigUint64(at + abi.COMMAND_LAST, true)),
  };
}
