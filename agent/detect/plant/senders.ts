/** Who sent something, as far as a sender tells a device of this site. */
import type { ConversationCount, PlantEnd, PlantObservation } from "../../core/plant.ts";
import { createBounded } from "./bounded.ts";
import { isGroup, isMac, isNobody, isOfSite } from "./ends.ts";

export interface Sender {
  address: string;
  mac?: string;
  packets: number;
  firstMs: number;
  lastMs: number;
}

export interface Senders {
  take(observation: PlantObservation): Map<string, Sender>;
}

/** Addresses seen in ARP, and MAC addresses seen with an IP address: those of one big segment. */
const ADDRESSES_MAX = 4096;

/**
 * Addresses from elsewhere come through a router and are peers, not assets, unless ARP shows them on
 * the segment. A MAC address that carries IP is that IP address' device and no second one.
 */
export function createSenders(): Senders {
  const onLink = createBounded<true>(ADDRESSES_MAX);
  const carriers = createBounded<true>(ADDRESSES_MAX);
  return {
    take({ conversations }) {
      for (const { kind, initiator, responder } of conversations) {
        if (kind === "arp") onLink.use(initiator.address, () => true);
        if (kind === "link") continue;
        for (const { mac } of [initiator, responder]) {
          if (mac !== undefined) carriers.use(mac, () => true);
        }
      }
      const senders = new Map<string, Sender>();
      for (const conversation of conversations) {
        const { kind, packets, initiator, responder } = conversation;
        if (kind === "link" && conversation.service === "" && conversation.protocol === 0) continue;
        const ends = [initiator, responder];
        for (const [index, end] of ends.entries()) {
          if (packets[index]! === 0 || isGroup(end) || isNobody(end.address)) continue;
          const isAsset = isMac(end.address)
            ? carriers.get(end.address) === undefined
            : isOfSite(end.address) || onLink.get(end.address) !== undefined;
          if (isAsset) count(senders, end, packets[index]!, conversation);
        }
      }
      return senders;
    },
  };
}

function count(
  senders: Map<string, Sender>,
  { address, mac }: PlantEnd,
  packets: number,
  { firstMs, lastMs }: ConversationCount,
): void {
  const known = senders.get(address);
  if (known === undefined) {
    senders.set(address, { address, ...(mac && { mac }), packets, firstMs, lastMs });
    return;
  }
  known.packets += packets;
  known.firstMs = Math.min(known.firstMs, firstMs);
  known.lastMs = Math.max(known.lastMs, lastMs);
}
