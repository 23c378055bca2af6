/**
 * A poll that came steadily and comes no more: the view is lost, or something blocks it. Judged only
 * while other traffic is seen and none was lost: a pulled mirror port silences everything.
 */
import type { Normal, NormalEdge, NormalPoll } from "../baseline/normal.ts";
import { edgeKeyOf } from "../plant/edge.ts";
import { defineRule, type Judge, type Sighting, type Step } from "./rule.ts";
import { lasting, seconds } from "./words.ts";

/** Polls to have learnt before their pace means something. */
const POLLS_MIN = 16;
/** Eight mean deviations: RFC 6298 waits four of them for an answer that is late, not gone. */
const DEVIATIONS = 8;
/** Three of the longest gaps there were, for polls that come in bunches. */
const GAPS = 3;
/** A stop shorter than a TCP connection takes to be made anew is no loss of view. */
const SILENCE_MIN_MS = 10_000;

/** Of a stretch without a packet of anybody, so much counts as watched: the mirror port may have been off. */
const WATCHED_MS_MAX = 10_000;

export const pollStopped = defineRule({
  name: "poll_stopped",
  summary: "a steady poll no longer comes",
  severity: "medium",
  techniques: ["T0815", "T0804", "T0803"],
  needsNormal: true,
  quietMs: 60_000,
  begin: createJudge,
});

/** A poll that was learnt, and for how long it has been silent. */
interface Poll {
  edge: NormalEdge;
  poll: NormalPoll;
  silentMs: number;
}

function createJudge(): Judge {
  let polls = new Map<string, Poll>();
  let judged: Normal | null = null;
  let beforeMs = Number.POSITIVE_INFINITY;
  return (step) => {
    const { edges, normal, nowMs, observation } = step;
    const passedMs = Math.min(Math.max(nowMs - beforeMs, 0), WATCHED_MS_MAX);
    beforeMs = nowMs;
    if (normal === null) return [];
    if (normal !== judged) polls = pollsOf(normal);
    judged = normal;
    for (const { key, commands } of edges) {
      const poll = polls.get(key);
      if (poll && commands.some(({ commandClass }) => commandClass === "read")) {
        poll.silentMs = -passedMs;
      }
    }
    if (edges.length === 0 || observation.lostCount > 0) return [];
    const sightings: Sighting[] = [];
    for (const each of polls.values()) {
      each.silentMs += passedMs;
      const sighting = each.silentMs > SILENCE_MIN_MS ? silenceOf(each, step) : null;
      if (sighting !== null) sightings.push({ ...sighting, sinceMs: nowMs - each.silentMs });
    }
    return sightings;
  };
}

function pollsOf(normal: Normal): Map<string, Poll> {
  const polls = new Map<string, Poll>();
  for (const edge of normal.edges()) {
    const { client, server, protocol, poll } = edge;
    if (poll === null || poll.count < POLLS_MIN) continue;
    polls.set(edgeKeyOf(client, server, protocol), { edge, poll, silentMs: 0 });
  }
  return polls;
}

function silenceOf({ edge, poll, silentMs }: Poll, { edges }: Step): Sighting | null {
  const { client, server, protocol } = edge;
  const { gapMeanMs, gapDeviationMs, gapMaxMs } = poll;
  const limitMs = Math.max(
    gapMeanMs + DEVIATIONS * gapDeviationMs,
    GAPS * gapMaxMs,
    SILENCE_MIN_MS,
  );
  if (silentMs <= limitMs) return null;
  const isClientAlive = edges.some((edge) => edge.client === client || edge.server === client);
  const alive = isClientAlive ? "which still sends elsewhere" : "which is silent altogether";
  return {
    subject: edgeKeyOf(client, server, protocol),
    groups: [client, server],
    why: `no poll of ${server} by ${client} (${alive}) for ${lasting(silentMs)}; while learning one came every ${lasting(gapMeanMs)}, at the latest after ${lasting(gapMaxMs)}`,
    numbers: {
      silent_s: seconds(silentMs),
      gap_learnt_mean_s: gapMeanMs / 1000,
      gap_learnt_max_s: gapMaxMs / 1000,
    },
  };
}
