/**
 * Steady small talk with an address outside the site: malware that asks for orders. Polls of the plant
 * are as steady, so only what leaves the site and is not learnt is judged.
 */
import { createBounded } from "../plant/bounded.ts";
import type { Edge } from "../plant/edge.ts";
import { isOfSite } from "../plant/ends.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { lasting } from "./words.ts";

/** Nine calls: a coefficient of variation of fewer gaps is chance. */
const GAPS_MIN = 8;
/** People and retries vary by half and more; timers by some hundredths. */
const VARIATION_MAX = 0.1;
/** Closer together it is one conversation. */
const GAP_MIN_MS = 5000;
/** Orders are short; steady uploads of measurements are not. */
const BYTES_MEAN_MAX = 4096;

/** Clocks are asked for the time as steadily as that, and by everybody. */
const NTP = "udp/123";

const EDGES_MAX = 512;

interface Calls {
  sinceMs: number;
  lastMs: number;
  /** Of gaps, in milliseconds, and of calls' bytes: count, mean and sum of squared deviations (Welford 1962). */
  gaps: Spread;
  bytes: Spread;
  callBytes: number;
}

interface Spread {
  count: number;
  mean: number;
  squares: number;
}

export const beacon = defineRule({
  name: "beacon",
  summary: "a device calls an outside address at a steady pace",
  severity: "high",
  techniques: ["T0869", "T0885"],
  needsNormal: false,
  quietMs: 86_400_000,
  begin: createJudge,
});

function createJudge(): Judge {
  const edges = createBounded<Calls>(EDGES_MAX);
  return ({ edges: seen, normal }) =>
    seen.flatMap((edge): Sighting[] => {
      const { key: subject, client, server, protocol } = edge;
      if (!concerns(edge) || normal?.edgeAt(subject)) return [];
      const calls = edges.use(subject, () => newCalls(edge.firstMs));
      takeCall(calls, edge);
      const { gaps, bytes } = calls;
      if (gaps.count < GAPS_MIN || bytes.mean > BYTES_MEAN_MAX) return [];
      if (variationOf(gaps) > VARIATION_MAX || variationOf(bytes) > VARIATION_MAX) return [];
      return [
        {
          subject,
          groups: [client, server],
          why: `${client} calls ${server} outside the site (${protocol}) every ${lasting(gaps.mean)}, ${gaps.count + 1} times so far with ${Math.round(bytes.mean)} bytes each; the gaps vary by ${(variationOf(gaps) * 100).toFixed(1)} %`,
          numbers: {
            calls: gaps.count + 1,
            gap_mean_s: gaps.mean / 1000,
            bytes_mean: Math.round(bytes.mean),
          },
          sinceMs: calls.sinceMs,
        },
      ];
    });
}

function concerns({ server, protocol, commands, isGroup, isReal }: Edge): boolean {
  const isPlain = commands.length === 0 && protocol !== NTP;
  return isPlain && isReal && !isGroup && !isOfSite(server);
}

const newCalls = (sinceMs: number): Calls => ({
  sinceMs,
  lastMs: Number.NEGATIVE_INFINITY,
  gaps: { count: 0, mean: 0, squares: 0 },
  bytes: { count: 0, mean: 0, squares: 0 },
  callBytes: 0,
});

function takeCall(calls: Calls, { firstMs, lastMs, payloadBytes }: Edge): void {
  const gapMs = firstMs - calls.lastMs;
  if (gapMs >= GAP_MIN_MS && Number.isFinite(gapMs)) {
    add(calls.gaps, gapMs);
    add(calls.bytes, calls.callBytes);
    calls.callBytes = 0;
  }
  calls.callBytes += payloadBytes[0] + payloadBytes[1];
  calls.lastMs = Math.max(calls.lastMs, lastMs);
}

function add(spread: Spread, value: number): void {
  spread.count++;
  const delta = value - spread.mean;
  spread.mean += delta / spread.count;
  spread.squares += delta * (value - spread.mean);
}

const variationOf = ({ count, mean, squares }: Spread): number =>
  mean === 0 ? 0 : Math.sqrt(squares / Math.max(1, count - 1)) / mean;
