/**
 * A device that asks for address after address on its own segment. ARP questions are broadcast and their
 * answers are not, so whether one was answered often cannot be seen; the pace tells a sweep.
 */
import { createBounded } from "../plant/bounded.ts";
import { isNobody } from "../plant/ends.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { seconds } from "./words.ts";

/** A device that starts asks for its dozen of peers; a router asks for those that are talked to. */
const ADDRESSES_MIN = 32;
const WINDOW_MS = 60_000;

const SENDERS_MAX = 512;

interface Asked {
  sinceMs: number;
  addresses: Set<string>;
}

/** Enough to say "the whole segment". */
const ADDRESSES_MAX = 1024;

export const arpSweep = defineRule({
  name: "arp_sweep",
  summary: "a device asks by ARP for many addresses within a minute",
  severity: "medium",
  techniques: ["T0846"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: createJudge,
});

function createJudge(): Judge {
  const senders = createBounded<Asked>(SENDERS_MAX);
  return ({ observation, normal, nowMs }) => {
    const found = new Map<string, Sighting>();
    for (const { kind, initiator, responder, packets, firstMs } of observation.conversations) {
      const [client, target] = [initiator.address, responder.address];
      if (kind !== "arp" || packets[0] === 0 || client === target || isNobody(client)) continue;
      if (normal?.hasPair(client, target)) continue;
      const fresh = () => ({ sinceMs: firstMs, addresses: new Set<string>() });
      let asked = senders.use(client, fresh);
      if (nowMs - asked.sinceMs > WINDOW_MS) {
        senders.delete(client);
        asked = senders.use(client, fresh);
      }
      if (asked.addresses.size < ADDRESSES_MAX) asked.addresses.add(target);
      const addresses = asked.addresses.size;
      if (addresses < ADDRESSES_MIN) continue;
      const lastedS = Math.max(seconds(nowMs - asked.sinceMs), 0.1);
      found.set(client, {
        subject: client,
        groups: [client],
        why: `${client} asked by ARP for ${addresses} addresses within ${lastedS} s`,
        numbers: { addresses, lasted_s: lastedS },
        sinceMs: asked.sinceMs,
      });
    }
    return [...found.values()];
  };
}
