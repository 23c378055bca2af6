/**
 * The nano's streams: no buffers, so a message counts as soon as its header is there, and the sequence
 * number skips to its end. Messages may follow each other in a segment and reach over several; segments may
 * come twice. Only a cut within the header, or segments out of order, cost a message.
 *
 * It knows Modbus/TCP, by its port and header, and counts messages by function code.
 */
import { CONVERSATION_OT, FUNCTIONS_BYTES, OT_MODBUS } from "../abi/decode";
import * as modbus from "../decode/modbus";
import { MORE } from "../decode/ot-results";
import {
  PACKET_DIRECTION,
  PACKET_FLOW,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_SRC_PORT,
  PACKET_TCP_FLAGS,
  PACKET_TCP_SEQ,
} from "../decode/packet-layout";
import { FLOW, OUT, PACKET } from "../layout";
import { COMMANDS_AT } from "./layout";
import { NEXT, OLD_BYTES_MAX, recordAt } from "./record";

const SYN: u32 = 2;
const ACK: u32 = 16;
/** u32 by function code, where the gateway has its commands. */
const FUNCTIONS: usize = FLOW + COMMANDS_AT;

export function packet(): void {
  const from = <usize>load<u32>(PACKET, PACKET_PAYLOAD);
  const ports = load<u32>(PACKET, PACKET_SRC_PORT);
  if (from == 0 || ((ports & 0xffff) != modbus.PORT && ports >> 16 != modbus.PORT)) return;
  const record = recordAt(load<u32>(PACKET, PACKET_FLOW) - 1);
  const next = record + ((<u32>load<u8>(PACKET, PACKET_DIRECTION)) << 2);
  const seq = load<u32>(PACKET, PACKET_TCP_SEQ);
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  // Bytes that were here before, or the rest of a message: of a new stream, or of UDP, none.
  let done = load<u32>(next, NEXT) - seq;
  if (done >= OLD_BYTES_MAX || (load<u8>(PACKET, PACKET_TCP_FLAGS) & (SYN | ACK)) != ACK) done = 0;
  while (done < bytes) {
    const length = modbus.length(from + done, bytes - done);
    if (length >= MORE) break;
    const counter = FUNCTIONS + ((<u32>load<u8>(from + done, 7)) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
    store<u8>(record, <u8>OT_MODBUS, CONVERSATION_OT);
    done += length;
  }
  store<u32>(next, seq + max(done, bytes), NEXT);
}

export function query(from: u32): i32 {
  memory.copy(OUT, FUNCTIONS + ((from & 128) << 2), FUNCTIONS_BYTES);
  return FUNCTIONS_BYTES;
}
