/**
 * What is looked at when there is more traffic than the gateway may spend time on: whole pairs of hosts,
 * chosen by a secret, so that what is left of a conversation is all of it and nobody can choose to be
 * left out. Frames without IP (PROFINET, GOOSE, ARP) are few and always looked at.
 */
import { abi } from "./abi.ts";
import type { PacketSink } from "./packet-sink.ts";

export interface Sampling extends PacketSink {
  /** One in so many pairs is looked at: 1, 2, 4 … */
  readonly oneIn: number;
  /** To be told every second which share of a CPU the program took since. @returns whether `oneIn` changed */
  adjust(share: number): boolean;
}

export interface SamplingOptions {
  sink: PacketSink;
  /** Told of each packet that was left out. */
  onLeftOut: (count: number) => void;
  /** Share of one CPU, 0 to 1. */
  budget: number;
  /** 32 secret bits. */
  secret: number;
}

/** One pair in 64: of less nothing can be learnt. */
const SHIFT_MAX = 6;
/** Calm seconds before twice as many are looked at again: a burst must not swing it to and fro. */
const CALM_S = 30;

const ETHERNET_BYTES = 14;
const VLAN_TAGS_MAX = 2;

export function createSampling({ sink, onLeftOut, budget, secret }: SamplingOptions): Sampling {
  let shift = 0;
  let calmS = 0;
  return {
    get oneIn() {
      return 1 << shift;
    },
    putPacket(us, view, at, captured, wire, iface, link) {
      if (shift > 0 && link === abi.LINK_ETHERNET) {
        const pair = pairOf(view, at, captured, secret);
        if (pair !== null && pair >>> (32 - shift) !== 0) return onLeftOut(1);
      }
      sink.putPacket(us, view, at, captured, wire, iface, link);
    },
    adjust(share) {
      const before = shift;
      if (share > budget) {
        shift = Math.min(shift + 1, SHIFT_MAX);
        calmS = 0;
      } else if (shift > 0 && share < budget / 2) {
        calmS++;
        if (calmS >= CALM_S) {
          shift--;
          calmS = 0;
        }
      } else {
        calmS = 0;
      }
      return shift !== before;
    },
  };
}

/** A number for the two addresses, the same both ways; null for what is no IP. */
function pairOf(view: DataView, at: number, captured: number, secret: number): number | null {
  const end = at + captured;
  let type = at + 12;
  for (let tags = 0; tags < VLAN_TAGS_MAX && type + 6 <= end && isTag(view, type); tags++)
    type += 4;
  if (type + 2 > end || captured < ETHERNET_BYTES) return null;
  const ethertype = view.getUint16(type);
  const ip = type + 2;
  if (ethertype === 0x0800 && ip + 20 <= end) {
    return mixed(wordOf(view, ip + 12, secret) + wordOf(view, ip + 16, secret));
  }
  if (ethertype !== 0x86dd || ip + 40 > end) return null;
  return mixed(ipv6Of(view, ip + 8, secret) + ipv6Of(view, ip + 24, secret));
}

const isTag = (view: DataView, at: number): boolean => {
  const type = view.getUint16(at);
  return type === 0x8100 || type === 0x88a8;
};

const wordOf = (view: DataView, at: number, secret: number): number =>
  mixed(view.getUint32(at) ^ secret);

function ipv6Of(view: DataView, at: number, secret: number): number {
  let hash = secret;
  for (let word = 0; word < 16; word += 4) hash = mixed(view.getUint32(at + word) ^ hash);
  return hash;
}

/** The finalizer of MurmurHash3: each bit of the sum moves each bit of the result. */
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
