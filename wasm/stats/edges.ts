/**
 * Who has spoken to whom, over which service: an interaction is the pair of addresses, the lower port,
 * and the protocol. While learning, all are taken in; later a new one raises EVENT_NEW_EDGE (at most
 * one a second; all are counted) and is taken in too, so that each is told once.
 *
 * The end with the lower port is the service, so a conversation that is first seen from its answer is
 * still the same interaction. Asked once for each conversation, not for each packet.
 *
 * Error: none for what edge-table.ts has room for; for the rest that of bloom.ts: some new interactions
 * go unnoticed (EDGES_FILTER_SET tells how many), none is told twice; once the filter is half full (a scan
 * does that) it is closed, and what is new is told each time. A nano whose code had room for it
 * (profile.ts) would have the filter alone.
 */
import { CONVERSATION_LINK } from "../abi/decode";
import {
  EDGE_CLIENT,
  EDGE_CONVERSATIONS,
  EDGE_FIRST,
  EDGE_LAST,
  EDGE_SERVER,
  EDGE_SERVICE,
  EDGES_FILTER_SET,
  EDGES_LEARNED,
  EDGES_NEW,
  EVENT_NEW_EDGE,
} from "../abi/stats";
import * as clock from "../clock";
import { learnUntil } from "../config";
import { copyAddress } from "../decode/address";
import {
  PACKET_DST,
  PACKET_DST_HASH,
  PACKET_DST_MAC,
  PACKET_DST_PORT,
  PACKET_FLOW,
  PACKET_KIND,
  PACKET_PROTOCOL,
  PACKET_SRC,
  PACKET_SRC_HASH,
  PACKET_SRC_MAC,
  PACKET_SRC_PORT,
} from "../decode/packet-layout";
import * as events from "../events";
import { mix } from "../hash";
import { PACKET, STATS } from "../layout";
import { IS_NANO } from "../profile";
import * as bloom from "./bloom";
import * as table from "./edge-table";
import { EDGES_AT } from "./layout";

const EDGES: usize = STATS + EDGES_AT;
/** The second of the last event. */
const TOLD: usize = 8;

/** The packet at hand began a conversation. @returns the interaction's place in the table plus one, or 0 */
export function packet(): u32 {
  const source = <u32>load<u16>(PACKET, PACKET_SRC_PORT);
  const destination = <u32>load<u16>(PACKET, PACKET_DST_PORT);
  const service = min(source, destination) | ((<u32>load<u8>(PACKET, PACKET_PROTOCOL)) << 16);
  const from = load<u64>(PACKET, PACKET_SRC_HASH);
  const to = load<u64>(PACKET, PACKET_DST_HASH);
  const isServed = source > destination;
  // The service's address weighs threefold: who serves whom matters, not who is seen first. Never 0.
  const hash = (from + to + 2 * (isServed ? to : from) + <u64>mix(service) * 0x100000001) | 1;
  const now = clock.newest();
  const record = IS_NANO ? 0 : table.find(hash);
  let isNew = false;
  if (!IS_NANO && record) {
    isNew = load<u64>(record) == 0;
    if (isNew) begin(record, hash, service, isServed);
    store<u32>(record, load<u32>(record, EDGE_CONVERSATIONS) + 1, EDGE_CONVERSATIONS);
    store<u32>(record, now, EDGE_LAST);
  } else {
    isNew = bloom.enter(EDGES + EDGES_FILTER_SET, hash);
  }
  if (isNew) tell(now, service);
  return IS_NANO ? 0 : table.indexOf(record);
}

function tell(now: u32, service: u32): void {
  const isLearning = now <= learnUntil() - 1;
  const at = EDGES + (isLearning ? EDGES_LEARNED : EDGES_NEW);
  const count = load<u32>(at) + 1;
  store<u32>(at, count);
  if (isLearning || load<u32>(EDGES, TOLD) == now) return;
  store<u32>(EDGES, now, TOLD);
  const learned = <f64>load<u32>(EDGES, EDGES_LEARNED);
  events.raise(EVENT_NEW_EDGE, now, load<u32>(PACKET, PACKET_FLOW), service, <f64>count, learned);
}

function begin(record: usize, hash: u64, service: u32, isServed: bool): void {
  const isLink = load<u8>(PACKET, PACKET_KIND) == CONVERSATION_LINK;
  const source = PACKET + (isLink ? PACKET_SRC_MAC : PACKET_SRC);
  const destination = PACKET + (isLink ? PACKET_DST_MAC : PACKET_DST);
  store<u64>(record, hash);
  store<u32>(record, clock.newest(), EDGE_FIRST);
  store<u32>(record, service, EDGE_SERVICE);
  copyAddress(record + EDGE_SERVER, isServed ? destination : source);
  copyAddress(record + EDGE_CLIENT, isServed ? source : destination);
}
