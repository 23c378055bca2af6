/** Commands by client, server, kind, object (unit), function and error: how often each was said. */
import {
  COMMAND_CLIENT,
  COMMAND_CONVERSATION,
  COMMAND_ERROR,
  COMMAND_ERRORS,
  COMMAND_FIRST,
  COMMAND_FUNCTION,
  COMMAND_LAST,
  COMMAND_OBJECT,
  COMMAND_RECORD_BYTES,
  COMMAND_REQUESTS,
  COMMAND_RESPONSES,
  COMMAND_SERVER,
  CONVERSATION_INITIATOR,
  CONVERSATION_KIND,
  CONVERSATION_LAST,
  CONVERSATION_RESPONDER,
  COUNTER_COMMANDS_EVICTED,
} from "../abi/decode";
import { copyAddress, isSame } from "../decode/address";
import { FLOW } from "../layout";
import { COMMAND_WAYS, COMMANDS_EVICTED_MAX, COMMANDS_MAX, IS_NANO } from "../profile";
import { COMMANDS_AT } from "./layout";
import { HASHES, isClient } from "./record";
import * as table from "./table";
import { tag2 } from "./tag";

// biome-ignore format: one row
const TABLE: usize = IS_NANO ? 0 : memory.data<u32>([
  COMMANDS_AT, COMMANDS_MAX, COMMAND_WAYS, COMMAND_RECORD_BYTES,
  COMMAND_RECORD_BYTES, COMMANDS_EVICTED_MAX, COUNTER_COMMANDS_EVICTED,
  COMMAND_REQUESTS, COMMAND_ERRORS + 4,
]);
const TAGS: usize = FLOW + COMMANDS_AT;
const RECORDS: usize = TAGS + <usize>COMMANDS_MAX * 4;
const SETS: u32 = COMMANDS_MAX / COMMAND_WAYS;

/**
 * Counts one message.
 * @param conversation record of the conversation it belongs to
 * @param direction 0 from its initiator, 1 to it
 * @param name function | KIND_ << 16 | error << 24
 */
export function count(
  conversation: usize,
  direction: u32,
  object: u32,
  name: u32,
  isError: bool,
): void {
  countBy(isClient(conversation, direction), conversation, direction, object, name, isError);
}

/** Counts one message of a protocol in which either end may ask: the message says who is the client. */
export function say(
  conversation: usize,
  direction: u32,
  fromClient: bool,
  kind: u32,
  object: u32,
  code: u32,
  error: u32,
): void {
  const name = code | (kind << 16) | (error << 24);
  countBy(fromClient, conversation, direction, object, name, error != 0);
}

function countBy(
  fromClient: bool,
  conversation: usize,
  direction: u32,
  object: u32,
  name: u32,
  isError: bool,
): void {
  // The server's end is 0 (the initiator) when the sender is the client and sent to the initiator.
  const server = fromClient ? direction ^ 1 : direction;
  const field = fromClient ? COMMAND_REQUESTS : isError ? COMMAND_ERRORS : COMMAND_RESPONSES;
  add(find(conversation, server, object, name), field, conversation);
}

/** Counts one message as a request, its sender as the client: peers ask and answer alike. */
export function countSent(conversation: usize, direction: u32, object: u32, name: u32): void {
  add(find(conversation, direction ^ 1, object, name), COMMAND_REQUESTS, conversation);
}

export function page(from: u32): i32 {
  return table.page(TABLE, from);
}

export function drain(): i32 {
  return table.drain(TABLE);
}

export function harvest(from: u32): i32 {
  return table.harvest(TABLE, from);
}

export function check(): bool {
  return table.check(TABLE);
}

function add(record: usize, field: u32, conversation: usize): void {
  const now = load<u64>(conversation, CONVERSATION_LAST);
  const counted =
    load<u32>(record, COMMAND_REQUESTS) |
    load<u32>(record, COMMAND_RESPONSES) |
    load<u32>(record, COMMAND_ERRORS);
  if (counted == 0) store<u64>(record, now, COMMAND_FIRST);
  store<u64>(record, now, COMMAND_LAST);
  store<u32>(record + field, load<u32>(record + field) + 1);
}

function find(conversation: usize, server: u32, object: u32, name: u32): usize {
  const serverAt = conversation + (server == 0 ? CONVERSATION_INITIATOR : CONVERSATION_RESPONDER);
  const clientAt = conversation + (server == 0 ? CONVERSATION_RESPONDER : CONVERSATION_INITIATOR);
  // The addresses' keyed hashes make this tag as hard to aim as they are.
  const ends = conversation + HASHES;
  const near = load<u32>(ends + (server << 3));
  const far = load<u32>(ends + ((server ^ 1) << 3), 4);
  const tag = tag2(near + object, far + name);
  const first = ((tag >> 1) % SETS) * COMMAND_WAYS;
  for (let slot = first; slot < first + COMMAND_WAYS; slot++) {
    if (load<u32>(TAGS + (slot << 2)) != tag) continue;
    const record = RECORDS + slot * COMMAND_RECORD_BYTES;
    if (
      load<u32>(record, COMMAND_OBJECT) == object &&
      load<u32>(record, COMMAND_FUNCTION) == name &&
      isSame(record + COMMAND_CLIENT, clientAt) &&
      isSame(record + COMMAND_SERVER, serverAt)
    ) {
      return record;
    }
  }
  const record = table.claim(TABLE, table.makeRoom(TABLE, first, table.NONE), tag);
  store<u32>(record, object, COMMAND_OBJECT);
  store<u32>(record, name, COMMAND_FUNCTION);
  store<u8>(record, load<u8>(conversation, CONVERSATION_KIND), COMMAND_CONVERSATION);
  copyAddress(record + COMMAND_CLIENT, clientAt);
  copyAddress(record + COMMAND_SERVER, serverAt);
  return record;
}
