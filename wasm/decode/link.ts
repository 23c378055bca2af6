/**
 * What frames carry without IP: protocols of the plant, counted for the conversation of the frame's MAC
 * addresses, and what devices say of themselves. Tags in front of the EtherType make no difference.
 *
 * EtherTypes: IEEE 802 registry. LLDP: IEEE 802.1AB. CDP: SNAP 00-00-0C, 0x2000.
 */
import {
  CONVERSATION_ARP,
  CONVERSATION_LINK,
  CONVERSATION_OT,
  EXCERPT_ARP,
  EXCERPT_CDP,
  EXCERPT_LLDP,
  OT_BACNET,
  OT_ETHERCAT,
  OT_GOOSE,
  OT_PROFINET,
} from "../abi/decode";
import * as excerpts from "../flow/excerpts";
import { recordAt } from "../flow/record";
import { PACKET } from "../layout";
import * as bacnet from "./bacnet";
import * as ethercat from "./ethercat";
import * as goose from "./goose";
import {
  PACKET_AT,
  PACKET_DIRECTION,
  PACKET_END,
  PACKET_ETHERTYPE,
  PACKET_FLOW,
  PACKET_KIND,
} from "./packet-layout";
import * as profinet from "./profinet";

const LLC: u32 = 0;
const PROFINET: u32 = 0x8892;
const ETHERCAT: u32 = 0x88a4;
const GOOSE: u32 = 0x88b8;
const SAMPLED_VALUES: u32 = 0x88ba;
const LLDP: u32 = 0x88cc;

/** LLC header of BACnet, 82 82 03, as it lies; of CDP, with its SNAP header AA AA 03 00 00 0C 20 00. */
const LLC_BACNET: u32 = 0x038282;
const LLC_BACNET_BYTES: u32 = 3;
const SNAP_CDP: u64 = 0x0020_0c00_0003_aaaa;
const SNAP_BYTES: u32 = 8;

/** Of ARP, what binds: up to the sender's addresses, which begin behind the operation. */
const ARP_BYTES: u32 = 18;
const ARP_SENDER: u32 = 8;

export function packet(): void {
  const flow = load<u32>(PACKET, PACKET_FLOW);
  const kind = <u32>load<u8>(PACKET, PACKET_KIND);
  if (flow == 0 || (kind != CONVERSATION_LINK && kind != CONVERSATION_ARP)) return;
  const record = recordAt(flow - 1);
  const direction = <u32>load<u8>(PACKET, PACKET_DIRECTION);
  const at = <usize>load<u32>(PACKET, PACKET_AT);
  const end = <usize>load<u32>(PACKET, PACKET_END);
  if (kind == CONVERSATION_ARP) {
    excerpts.keep(EXCERPT_ARP, at, ARP_BYTES, ARP_SENDER, record, direction);
    return;
  }
  switch (<u32>load<u16>(PACKET, PACKET_ETHERTYPE)) {
    case PROFINET:
      store<u8>(record, <u8>OT_PROFINET, CONVERSATION_OT);
      return profinet.message(at, end, record, direction);
    case ETHERCAT:
      store<u8>(record, <u8>OT_ETHERCAT, CONVERSATION_OT);
      return ethercat.message(at, end, record, direction);
    case GOOSE:
      store<u8>(record, <u8>OT_GOOSE, CONVERSATION_OT);
      return goose.message(at, end, record, direction, goose.PDU);
    case SAMPLED_VALUES:
      store<u8>(record, <u8>OT_GOOSE, CONVERSATION_OT);
      return goose.message(at, end, record, direction, goose.SAMPLED_VALUES);
    case LLDP:
      return excerpts.keep(EXCERPT_LLDP, at, <u32>(end - at), 0, record, direction);
    case LLC:
      return llc(at, end, record, direction);
  }
}

function llc(at: usize, end: usize, record: usize, direction: u32): void {
  if (end - at <= SNAP_BYTES) return;
  if (load<u64>(at, 0, 1) == SNAP_CDP) {
    const bytes = <u32>(end - at) - SNAP_BYTES;
    excerpts.keep(EXCERPT_CDP, at + SNAP_BYTES, bytes, 0, record, direction);
  } else if ((load<u32>(at, 0, 1) & 0xffffff) == LLC_BACNET) {
    store<u8>(record, <u8>OT_BACNET, CONVERSATION_OT);
    bacnet.npdu(at + LLC_BACNET_BYTES, end, at + LLC_BACNET_BYTES, record, direction);
  }
}
