/** From a packet's first byte inwards. Each layer is one file; steps.ts says what they share. */
import {
  COUNTER_LINK_UNSUPPORTED,
  LAYER_FRAME,
  LINK_ETHERNET,
  LINK_NULL,
  LINK_RAW_IP,
  LINK_SLL,
  LINK_SLL2,
  RECORD_LINK_MASK,
  RECORD_LINK_SHIFT,
} from "../abi/decode";
import { count } from "../counters";
import { PACKET } from "../layout";
import { IS_NANO } from "../profile";
import { arp } from "./arp";
import { markLayer } from "./bytes";
import { ethernet } from "./ethernet";
import { icmp } from "./icmp";
import { ipv4 } from "./ipv4";
import { ipv6 } from "./ipv6";
import { llc } from "./llc";
import { loopback } from "./loopback";
import { decodeNano } from "./nano";
import {
  PACKET_AT,
  PACKET_CAPTURED,
  PACKET_END,
  PACKET_FLAGS,
  PACKET_FRAME,
  PACKET_LAYERS,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_WIRE,
  PACKET_SRC_MAC,
} from "./packet-layout";
import { rawIp } from "./raw-ip";
import { sll, sll2 } from "./sll";
import * as steps from "./steps";
import { tcp } from "./tcp";
import { udp } from "./udp";
import { vlan } from "./vlan";

/** Layers in one packet, each tag and extension header among them. What lies deeper is left unread. */
const DEPTH_MAX: u32 = 16;

/** The nano's addresses and hashes hold what was there before: they count only if there is a conversation. */
const CLEARED_END: usize = IS_NANO ? PACKET_SRC_MAC : PACKET_AT;

export function decode(): void {
  clear();
  const reason = IS_NANO ? decodeNano() : decodeLayers();
  if (reason != steps.DONE) count(reason);
}

/** memory.fill() would do it byte by byte, since the module does without bulk memory operations. */
function clear(): void {
  const step: usize = IS_NANO ? 8 : 56;
  for (let at = PACKET + PACKET_LAYERS; at < PACKET + CLEARED_END; at += step) {
    store<u64>(at, 0);
    if (IS_NANO) continue;
    store<u64>(at, 0, 8);
    store<u64>(at, 0, 16);
    store<u64>(at, 0, 24);
    store<u64>(at, 0, 32);
    store<u64>(at, 0, 40);
    store<u64>(at, 0, 48);
  }
}

/** @returns DONE, or the COUNTER_ that says why it stopped */
function decodeLayers(): u32 {
  markLayer(LAYER_FRAME);
  const frame = load<u32>(PACKET, PACKET_FRAME);
  steps.carry(frame, frame + load<u16>(PACKET, PACKET_CAPTURED));
  let step = stepOfLink();
  for (let depth: u32 = 0; depth < DEPTH_MAX; depth++) {
    if (step < steps.STEP_FIRST) break;
    step = layer(step, load<u32>(PACKET, PACKET_AT), load<u32>(PACKET, PACKET_END));
  }
  // Until TCP or UDP it was what IP carries.
  if (load<u32>(PACKET, PACKET_PAYLOAD) == 0) store<u16>(PACKET, 0, PACKET_PAYLOAD_WIRE);
  return step < steps.STEP_FIRST ? step : steps.DONE;
}

function stepOfLink(): u32 {
  switch ((<u32>load<u16>(PACKET, PACKET_FLAGS) >> RECORD_LINK_SHIFT) & RECORD_LINK_MASK) {
    case LINK_ETHERNET:
      return steps.STEP_ETHERNET;
    case LINK_RAW_IP:
      return steps.STEP_RAW_IP;
    case LINK_SLL:
      return steps.STEP_SLL;
    case LINK_SLL2:
      return steps.STEP_SLL2;
    case LINK_NULL:
      return steps.STEP_LOOPBACK;
    default:
      return COUNTER_LINK_UNSUPPORTED;
  }
}

function layer(step: u32, at: usize, end: usize): u32 {
  switch (step) {
    case steps.STEP_ETHERNET:
      return ethernet(at, end);
    case steps.STEP_VLAN:
      return vlan(at, end);
    case steps.STEP_IPV4:
      return ipv4(at, end);
    case steps.STEP_IPV6:
      return ipv6(at, end);
    case steps.STEP_TCP:
      return tcp(at, end);
    case steps.STEP_UDP:
      return udp(at, end);
    case steps.STEP_RAW_IP:
      return rawIp(at, end);
    case steps.STEP_LLC:
      return llc(at, end);
    case steps.STEP_SLL:
      return sll(at, end);
    case steps.STEP_SLL2:
      return sll2(at, end);
    case steps.STEP_LOOPBACK:
      return loopback(at, end);
    case steps.STEP_ARP:
      return arp(at, end);
    default:
      return icmp(at, end);
  }
}
