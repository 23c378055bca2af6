/**
 * The nano's streams: no buffers, so a message counts as soon as its header is there, and the sequence
 * number skips to its end. Messages may follow each other in a segment and reach over several; segments may
 * come twice. Only a cut within the header, or segments out of order, cost a message.
 *
 * It knows Modbus/TCP, by its port and header, and hands the function codes to the statistics.
 */
import { CONVERSATION_OT, COUNTER_OT_MESSAGES, OT_MODBUS } from "../abi/decode";
import { count } from "../counters";
import * as modbus from "../decode/modbus";
import { MORE } from "../decode/ot-results";
import { noteFunction } from "../decode/packet-functions";
import {
  PACKET_DIRECTION,
  PACKET_FLOW,
  PACKET_OT,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_PAYLOAD_WIRE,
  PACKET_SRC_PORT,
  PACKET_TCP_FLAGS,
  PACKET_TCP_SEQ,
} from "../decode/packet-layout";
import { PACKET } from "../layout";
import { NEXT, OLD_BYTES_MAX, recordAt } from "./record";

const SYN: u32 = 2;

export function packet(): void {
  const from = <usize>load<u32>(PACKET, PACKET_PAYLOAD);
  const ports = load<u32>(PACKET, PACKET_SRC_PORT);
  if (from == 0 || ((ports & 0xffff) != modbus.PORT && ports >> 16 != modbus.PORT)) return;
  const record = recordAt(load<u32>(PACKET, PACKET_FLOW) - 1);
  const next = record + ((<u32>load<u8>(PACKET, PACKET_DIRECTION)) << 2);
  const seq = load<u32>(PACKET, PACKET_TCP_SEQ);
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  // Bytes that were here before, or the rest of a message: of a new stream, none.
  let done = load<u32>(next, NEXT) - seq;
  if (done >= OLD_BYTES_MAX || (load<u8>(PACKET, PACKET_TCP_FLAGS) & SYN) != 0) done = 0;
  while (done < bytes) {
    const length = modbus.length(from + done, bytes - done);
    if (length >= MORE) break;
    count(COUNTER_OT_MESSAGES);
    noteFunction(load<u8>(from + done, 7));
    store<u8>(record, <u8>OT_MODBUS, CONVERSATION_OT);
    done += length;
  }
  store<u8>(PACKET, load<u8>(record, CONVERSATION_OT), PACKET_OT);
  store<u32>(next, seq + max<u32>(done, load<u16>(PACKET, PACKET_PAYLOAD_WIRE)), NEXT);
}
