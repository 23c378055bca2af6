/** Who sent something, as far as a sender tells a device of this site. */
import type { ConversationCount, PlantEnd, PlantObservation } from "../../core/plant.ts";
import { createBounded } from "./bounded.ts";
import { isGroup } from "./ends.ts";
import { traitsOf } from "./traits.ts";

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

  function take(
    end: PlantEnd,
    packets: number,
    conversation: ConversationCount,
    into: Map<string, Sender>,
  ): void {
    const { isMac, isNobody, isOfSite } = traitsOf(end.address);
    if (isNobody || isGroup(end)) return;
    const isAsset = isMac
      ? carriers.get(end.address) === undefined
      : isOfSite || onLink.get(end.address) !== undefined;
    if (isAsset) count(into, end, packets, conversation);
  }

  return {
    take({ conversations }) {
      for (const { kind, initiator, responder } of conversations) {
        if (kind === "arp") onLink.use(initiator.address, () => true);
        if (kind === "link") continue;
        if (initiator.mac !== undefined) carriers.use(initiator.mac, () => true);
        if (responder.mac !== undefined) carriers.use(responder.mac, () => true);
      }
      const senders = new Map<string, Sender>();
      for (const conversation of conversations) {
        const { kind, packets, initiator, responder } = conversation;
        if (kind === "link" && conversation.service === "" && conversation.protocol === 0) continue;
        if (packets[0] > 0) take(initiator, packets[0], conversation, senders);
        if (packets[1] > 0) take(responder, packets[1], conversation, senders);
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
