/**
 * Commands faster than their receiver can have them: sent on without waiting for answers, control
 * commands by the dozen, or many times what was learnt.
 */
import type { CommandCount } from "../../core/plant.ts";
import type { NormalEdge } from "../baseline/normal.ts";
import { createBounded } from "../plant/bounded.ts";
import type { Edge } from "../plant/edge.ts";
import { addToSlot, RATE_SLOT_MS, rateSlotOf, type SlotCount } from "../plant/slots.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { counted, seconds } from "./words.ts";

/**
 * Requests that are open at once. Modbus/TCP devices take at most 16
 * (Messaging Implementation Guide, NumberMaxOfServerTransaction), DNP3 outstations one (IEEE 1815): with
 * twice the 16 nobody waits for answers any more.
 */
const OPEN_MAX = 32;

/** Ten control commands a second: people and sequences operate a switch now and then. */
const CONTROLS_MAX = 10 * (RATE_SLOT_MS / 1000);

/** Four times the busiest slot that was learnt, and twenty a second at least. */
const TIMES_LEARNT = 4;
const COMMANDS_MIN = 20 * (RATE_SLOT_MS / 1000);

const EDGES_MAX = 1024;

interface Counts {
  all: SlotCount;
  controls: SlotCount;
}

export const commandFlood = defineRule({
  name: "command_flood",
  summary: "far more commands than a device can have",
  severity: "high",
  techniques: ["T0814", "T0806"],
  needsNormal: false,
  begin: createJudge,
});

function createJudge(): Judge {
  const counts = createBounded<Counts>(EDGES_MAX);
  return ({ edges, normal, nowMs }) => {
    const slot = rateSlotOf(nowMs);
    const sightings: Sighting[] = [];
    for (const edge of edges) {
      if (edge.isGroup || edge.commands.length === 0) continue;
      const { key, client, server, firstMs } = edge;
      const sums = sumsOf(edge.commands);
      const count = counts.use(key, newCounts);
      const all = addToSlot(count.all, slot, sums.requests);
      const controls = addToSlot(count.controls, slot, sums.controls);
      const known = normal?.edgeAt(key) ?? null;
      const verdict =
        openOf(edge, sums) ?? controlsOf(edge, controls, known) ?? learntOf(edge, all, known);
      if (verdict === null) continue;
      sightings.push({ ...verdict, subject: key, groups: [client, server], sinceMs: firstMs });
    }
    return sightings;
  };
}

const newCounts = (): Counts => ({
  all: { slot: 0, count: 0 },
  controls: { slot: 0, count: 0 },
});

interface Sums {
  requests: number;
  controls: number;
  /** Requests that want an answer: confirmations and notices do not. */
  asking: number;
  /** Answers may be counted under a name of their own. */
  answers: number;
}

function sumsOf(commands: readonly CommandCount[]): Sums {
  const sums = { requests: 0, controls: 0, asking: 0, answers: 0 };
  for (const { commandClass, requestCount, responseCount, errorCount } of commands) {
    sums.requests += requestCount;
    if (commandClass === "control") sums.controls += requestCount;
    if (commandClass !== "other") sums.asking += requestCount;
    sums.answers += responseCount + errorCount;
  }
  return sums;
}

type Verdict = Pick<Sighting, "why" | "numbers"> | null;

function openOf({ client, server, protocol, packets }: Edge, { asking, answers }: Sums): Verdict {
  // Of one direction alone every request looks open.
  const canAnswer = packets[1] > 0 || answers > 0;
  // Answers lost on the way to the mirror port are few; those never waited for are most.
  if (!canAnswer || asking - answers < OPEN_MAX || answers > asking / 2) return null;
  return {
    why: `${client} sent ${server} ${counted(asking, "command")} of ${protocol} and waited for ${answers} answers`,
    numbers: { requests: asking, answers },
  };
}

function controlsOf(edge: Edge, controls: number, known: NormalEdge | null): Verdict {
  if (controls <= CONTROLS_MAX || (known?.commandsMax ?? 0) * TIMES_LEARNT > controls) return null;
  return {
    why: `${edge.client} sent ${edge.server} ${controls} control commands of ${edge.protocol} within ${seconds(RATE_SLOT_MS)} s`,
    numbers: { controls, slot_s: seconds(RATE_SLOT_MS) },
  };
}

function learntOf(edge: Edge, all: number, known: NormalEdge | null): Verdict {
  const most = known?.commandsMax ?? null;
  if (most === null || all <= Math.max(COMMANDS_MIN, TIMES_LEARNT * most)) return null;
  return {
    why: `${edge.client} sent ${edge.server} ${all} commands of ${edge.protocol} within ${seconds(RATE_SLOT_MS)} s; while learning it was at most ${most}`,
    numbers: { commands: all, commands_learnt_max: most },
  };
}
