/** Datagrams to one device, in numbers that its answers are no match for. */
import { createBounded } from "../plant/bounded.ts";
import { isGroup, rolesOf, UDP } from "../plant/ends.ts";
import { addToSlot, RATE_SLOT_MS, rateSlotOf, type SlotCount } from "../plant/slots.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { seconds } from "./words.ts";

/** 1000 a second: fast cyclic I/O has 500 (2 ms), and answers as often. */
const PACKETS_MIN = 1000 * (RATE_SLOT_MS / 1000);
/** A service answers; a victim does not keep up. */
const ANSWERED_RATIO_MAX = 0.1;

const TARGETS_MAX = 1024;

interface Counts {
  sent: SlotCount;
  answered: SlotCount;
}

export const udpFlood = defineRule({
  name: "udp_flood",
  summary: "a device gets a thousand unanswered datagrams a second",
  severity: "high",
  techniques: ["T0814"],
  needsNormal: false,
  begin: createJudge,
});

function createJudge(): Judge {
  const targets = createBounded<Counts>(TARGETS_MAX);
  return ({ observation, normal, nowMs }) => {
    const found = new Map<string, Sighting>();
    for (const conversation of observation.conversations) {
      const { kind, protocol, packets } = conversation;
      if (!kind.startsWith("ip") || protocol !== UDP) continue;
      const { client, server, isTurned } = rolesOf(conversation);
      if (isGroup(server) || normal?.hasPair(client.address, server.address)) continue;
      const target = server.address;
      const counts = targets.use(target, () => ({
        sent: { slot: 0, count: 0 },
        answered: { slot: 0, count: 0 },
      }));
      const slot = rateSlotOf(nowMs);
      const sent = addToSlot(counts.sent, slot, packets[isTurned ? 1 : 0]);
      const answered = addToSlot(counts.answered, slot, packets[isTurned ? 0 : 1]);
      if (sent < PACKETS_MIN || answered > sent * ANSWERED_RATIO_MAX) continue;
      found.set(target, {
        subject: target,
        groups: [target],
        why: `${target} got ${sent} datagrams within ${seconds(RATE_SLOT_MS)} s and answered ${answered}; the last came from ${client.address}`,
        numbers: { packets: sent, answers: answered, slot_s: seconds(RATE_SLOT_MS) },
      });
    }
    return [...found.values()];
  };
}
