/**
 * Connections to one port that are begun and not answered, whoever begins them: sources of a flood are
 * often forged, so they are summed by what they are aimed at.
 */
import { createBounded } from "../plant/bounded.ts";
import { addToSlot, RATE_SLOT_MS, rateSlotOf, type SlotCount } from "../plant/slots.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { seconds } from "./words.ts";

/** Controllers hold some 8 to 64 connections: a hundred begun in 10 s take them all. */
const ATTEMPTS_MIN = 100;

const SERVICES_MAX = 1024;

export const synFlood = defineRule({
  name: "syn_flood",
  summary: "a port gets many TCP connections that are never made",
  severity: "high",
  techniques: ["T0814"],
  needsNormal: false,
  begin: createJudge,
});

function createJudge(): Judge {
  const services = createBounded<SlotCount>(SERVICES_MAX);
  return ({ attempts, nowMs }) => {
    const found = new Map<string, Sighting>();
    for (const { client, server, protocol, port, object, outcome, atMs } of attempts) {
      const isTcp = port !== 0 && !protocol.startsWith("udp/") && object === "";
      if (!isTcp || outcome === "answered") continue;
      const key = `${server} port ${port}`;
      const slot = services.use(key, () => ({ slot: 0, count: 0 }));
      const count = addToSlot(slot, rateSlotOf(Math.min(atMs, nowMs)), 1);
      if (count < ATTEMPTS_MIN) continue;
      found.set(key, {
        subject: key,
        groups: [server],
        why: `${count} connections to port ${port} of ${server} were begun within ${seconds(RATE_SLOT_MS)} s and not made, the last by ${client}`,
        numbers: { connections: count, slot_s: seconds(RATE_SLOT_MS) },
        sinceMs: rateSlotOf(atMs) * RATE_SLOT_MS,
      });
    }
    return [...found.values()];
  };
}
