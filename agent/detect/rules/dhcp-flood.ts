/** DHCP questions in numbers that no plant's devices ask: the pool runs empty, or the server is kept busy. */
import { rolesOf, UDP } from "../plant/ends.ts";
import { addToSlot, RATE_SLOT_MS, rateSlotOf } from "../plant/slots.ts";
import { defineRule, type Judge } from "./rule.ts";
import { seconds } from "./words.ts";

const SERVER_PORT = 67;

/**
 * A device that starts asks two to four times (RFC 2131 section 3.1): a hundred questions in 10 s are
 * some thirty devices at once. A whole hall that gets its power back looks the same.
 */
const QUESTIONS_MIN = 100;

export const dhcpFlood = defineRule({
  name: "dhcp_flood",
  summary: "DHCP servers get a hundred questions within 10 s",
  severity: "medium",
  techniques: ["T0814"],
  needsNormal: false,
  begin: createJudge,
});

function createJudge(): Judge {
  const questions = { slot: 0, count: 0 };
  return ({ observation, nowMs }) => {
    let asked = 0;
    const clients = new Set<string>();
    for (const conversation of observation.conversations) {
      if (conversation.kind !== "ipv4" || conversation.protocol !== UDP) continue;
      const { client, server, isTurned } = rolesOf(conversation);
      if (server.port !== SERVER_PORT) continue;
      asked += conversation.packets[isTurned ? 1 : 0];
      clients.add(client.address);
    }
    if (asked === 0) return [];
    const count = addToSlot(questions, rateSlotOf(nowMs), asked);
    if (count < QUESTIONS_MIN) return [];
    return [
      {
        subject: "dhcp",
        groups: ["dhcp"],
        why: `${count} DHCP questions within ${seconds(RATE_SLOT_MS)} s, ${asked} in the last stretch from ${clients.size} addresses`,
        numbers: { questions: count, clients: clients.size, slot_s: seconds(RATE_SLOT_MS) },
        sinceMs: rateSlotOf(nowMs) * RATE_SLOT_MS,
      },
    ];
  };
}
