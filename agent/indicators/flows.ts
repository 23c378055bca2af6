/**
 * What the watched plant network has to do with indicators: an alarm when one of two ends is named by one,
 * cleared when it was silent for an hour. Each address is one matter, whoever talks with it.
 */
import { createHash } from "node:crypto";
import type { Finding } from "../core/finding.ts";
import type { ConversationCount, PlantEnd, PlantObservation } from "../core/plant.ts";
import type { IndicatorName } from "./entries.ts";
import { ACTIVE_INDICATORS_MAX } from "./finding.ts";
import type { IndicatorSet } from "./set.ts";

export const FLOW_INDICATOR_RULE = "threat_indicator_traffic";

/** An address that was met: plain data, to be saved as JSON. Times are of the packets. */
export interface ActiveFlow {
  subject: string;
  sinceWallMs: number;
  lastWallMs: number;
}

/** Silence after which a contact is over. */
export const FLOW_SILENCE_MS = 3_600_000;

/** Indicators that a sentence lists. */
const LISTED_MAX = 3;

/** Standard Application Layer Protocol, Connection Proxy (v18.1). */
const TECHNIQUES = ["T0869", "T0884"];

export interface FlowWatch {
  observe(observation: PlantObservation): Finding[];
  active(): ActiveFlow[];
}

export function createFlowWatch(
  thing: string,
  set: IndicatorSet,
  saved: readonly ActiveFlow[],
): FlowWatch {
  const active = new Map(saved.map((flow) => [flow.subject, { ...flow }]));

  function meet(end: PlantEnd, other: PlantEnd, port: number, flow: ConversationCount): Finding[] {
    const { firstMs, lastMs } = flow;
    const names = set.matchAddress(end.address, { wallMs: lastMs, port });
    if (names.length === 0) return [];
    const known = active.get(end.address);
    if (known !== undefined) {
      known.lastWallMs = Math.max(known.lastWallMs, lastMs);
      return [];
    }
    if (active.size >= ACTIVE_INDICATORS_MAX) return [];
    const one = { subject: end.address, sinceWallMs: firstMs, lastWallMs: lastMs };
    active.set(end.address, one);
    const what = flow.service === "" ? `IP protocol ${flow.protocol}` : flow.service;
    const why = `${end.address} is named by ${listed(names)}; it talks with ${other.address} (${what}, port ${flow.responder.port})`;
    const numbers = { indicators: names.length, packets: flow.packets[0] + flow.packets[1] };
    return [{ ...common(one, lastMs), event: "in-alarm", why, numbers, techniques: TECHNIQUES }];
  }

  function common({ subject, sinceWallMs }: ActiveFlow, wallMs: number) {
    const matter = JSON.stringify([FLOW_INDICATOR_RULE, thing, subject, sinceWallMs]);
    return {
      id: createHash("sha256").update(matter).digest("hex").slice(0, 32),
      thing,
      source: { kind: "rule", rule: FLOW_INDICATOR_RULE },
      subject,
      severity: "high",
      sinceWallMs,
      wallMs,
      basis: set.hash,
    } as const;
  }

  function end(one: ActiveFlow, wallMs: number): Finding {
    active.delete(one.subject);
    const why = `${one.subject} was silent for an hour`;
    return { ...common(one, wallMs), event: "alarm-cleared", why, numbers: {}, techniques: [] };
  }

  return {
    observe({ conversations, untilMs }) {
      const findings: Finding[] = [];
      for (const flow of conversations) {
        if (flow.kind !== "ipv4" && flow.kind !== "ipv6") continue;
        const { initiator, responder } = flow;
        // A client's own port is chance, and would meet an indicator's by chance.
        findings.push(...meet(responder, initiator, responder.port, flow));
        findings.push(...meet(initiator, responder, 0, flow));
      }
      for (const one of [...active.values()]) {
        if (untilMs - one.lastWallMs > FLOW_SILENCE_MS) findings.push(end(one, untilMs));
      }
      return findings;
    },
    active: () => [...active.values()].map((one) => ({ ...one })),
  };
}

/** What was saved of `active`, or nothing of what is not of that form. */
export function readActiveFlows(saved: unknown): ActiveFlow[] {
  if (!Array.isArray(saved)) return [];
  return saved.filter(isActive).slice(0, ACTIVE_INDICATORS_MAX);
}

function isActive(value: unknown): value is ActiveFlow {
  if (typeof value !== "object" || value === null) return false;
  const { subject, sinceWallMs, lastWallMs } = value as Partial<Record<keyof ActiveFlow, unknown>>;
  return [sinceWallMs, lastWallMs].every(Number.isSafeInteger) && typeof subject === "string";
}

function listed(names: readonly IndicatorName[]): string {
  const text = names
    .slice(0, LISTED_MAX)
    .map(({ source, id }) => `${source} (${id})`)
    .join(", ");
  return names.length > LISTED_MAX ? `${text} and ${names.length - LISTED_MAX} more` : text;
}
