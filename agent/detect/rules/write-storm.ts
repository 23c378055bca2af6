/** Writes far beyond what the interaction wrote while learning: brute force on outputs. */
import { createBounded } from "../plant/bounded.ts";
import { addToSlot, RATE_SLOT_MS, rateSlotOf, type SlotCount } from "../plant/slots.ts";
import { defineRule, type Judge } from "./rule.ts";
import { seconds } from "./words.ts";

/** Three times the busiest hundredth of the slots: a recipe change doubles the writes, a storm does not stop there. */
const TIMES_P99 = 3;

/** Two writes a second is what a person at a panel manages; below that nothing is a storm. */
const WRITES_MIN = (2 * RATE_SLOT_MS) / 1000;

const EDGES_MAX = 1024;

export const writeStorm = defineRule({
  name: "write_storm",
  summary: "far more writes in 10 s than while learning",
  severity: "high",
  techniques: ["T0806", "T0814"],
  needsNormal: true,
  begin: createJudge,
});

function createJudge(): Judge {
  const counts = createBounded<SlotCount>(EDGES_MAX);
  return ({ edges, normal, nowMs }) =>
    edges.flatMap(({ key: subject, client, server, protocol, commands }) => {
      const known = normal?.edgeAt(subject) ?? null;
      const requests = commands
        .filter(({ commandClass }) => commandClass === "write" || commandClass === "control")
        .reduce((sum, { requestCount }) => sum + requestCount, 0);
      if (known === null || requests === 0) return [];
      const slot = counts.use(subject, () => ({ slot: 0, count: 0 }));
      const writes = addToSlot(slot, rateSlotOf(nowMs), requests);
      const limit = Math.max(TIMES_P99 * known.writesP99, WRITES_MIN);
      if (writes <= limit) return [];
      return [
        {
          subject,
          groups: [client, server],
          why: `${client} wrote ${writes} times to ${server} within ${seconds(RATE_SLOT_MS)} s (${protocol}); while learning 99 of 100 busy stretches had at most ${known.writesP99}`,
          numbers: { writes, writes_learnt_p99: known.writesP99, limit },
        },
      ];
    });
}
