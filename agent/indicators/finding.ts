import { createHash } from "node:crypto";
import type { Finding } from "../core/finding.ts";
import type { Window } from "../core/model.ts";
import { type Contact, contactsOf } from "./contacts.ts";
import type { IndicatorSet } from "./set.ts";

export const INDICATOR_RULE = "threat_indicator";

/** Matters that are open at once. A further contact waits until there is room. */
export const ACTIVE_INDICATORS_MAX = 1024;

/** A contact that was found and is not over: plain data, to be saved as JSON. */
export interface ActiveIndicator {
  id: string;
  subject: string;
  sinceWallMs: number;
}

export interface IndicatorVerdict {
  findings: Finding[];
  /** What is open now: the next window's `active`. */
  active: ActiveIndicator[];
}

/**
 * What the device's sockets have to do with indicators: in-alarm when a peer or listening port that
 * one names is there first, alarm-cleared when it is gone or no longer named. A window without
 * sockets changes nothing: what could not be seen is not gone.
 */
export function indicatorFindingsOf(
  window: Window,
  thing: string,
  set: IndicatorSet,
  active: readonly ActiveIndicator[],
): IndicatorVerdict {
  const { sockets, endWallMs: wallMs } = window;
  if (sockets === null) return { findings: [], active: [...active] };
  const findings: Finding[] = [];
  const { matched, present } = contactsOf(sockets, set, wallMs);
  const open: ActiveIndicator[] = [];
  for (const one of active) {
    if (matched.has(one.subject)) {
      open.push(one);
      continue;
    }
    const why = present.has(one.subject)
      ? `${one.subject} is still there, but no indicator names it or its ports any more`
      : `${one.subject} is no longer among the device's sockets`;
    findings.push({
      ...common(one, thing, set, wallMs),
      event: "alarm-cleared",
      why,
      numbers: {},
      techniques: [],
    });
  }
  const known = new Set(open.map(({ subject }) => subject));
  for (const contact of matched.values()) {
    if (known.has(contact.subject) || open.length >= ACTIVE_INDICATORS_MAX) continue;
    const one = begun(contact.subject, thing, wallMs);
    open.push(one);
    findings.push(alarmOf(contact, common(one, thing, set, wallMs)));
  }
  return { findings, active: open };
}

/** What was saved of `active`, or nothing of what is not of that form. */
export function readActiveIndicators(saved: unknown): ActiveIndicator[] {
  if (!Array.isArray(saved)) return [];
  return saved.filter(isActive).slice(0, ACTIVE_INDICATORS_MAX);
}

function isActive(value: unknown): value is ActiveIndicator {
  if (typeof value !== "object" || value === null) return false;
  const { id, subject, sinceWallMs } = value as Partial<Record<keyof ActiveIndicator, unknown>>;
  const isId = typeof id === "string" && /^[0-9a-f]{32}$/.test(id);
  return isId && typeof subject === "string" && Number.isSafeInteger(sinceWallMs);
}

/** The id follows from the matter, so that a window judged again after a restart says the same. */
function begun(subject: string, thing: string, sinceWallMs: number): ActiveIndicator {
  const matter = JSON.stringify([INDICATOR_RULE, thing, subject, sinceWallMs]);
  const id = createHash("sha256").update(matter).digest("hex").slice(0, 32);
  return { id, subject, sinceWallMs };
}

function common(
  { id, subject, sinceWallMs }: ActiveIndicator,
  thing: string,
  set: IndicatorSet,
  wallMs: number,
) {
  return {
    id,
    thing,
    source: { kind: "rule", rule: INDICATOR_RULE },
    subject,
    severity: "high",
    sinceWallMs,
    wallMs,
    basis: set.hash,
  } as const;
}

function alarmOf(contact: Contact, shared: ReturnType<typeof common>): Finding {
  const { why, connections, indicators, techniques } = contact;
  const numbers = { connections, indicators };
  return { ...shared, event: "in-alarm", why, numbers, techniques };
}
