/**
 * Detect once more, deliberately naive: it keeps every datapoint and every verdict, and works all out
 * again from the beginning each time. It shares no code with agent/detect but the shapes.
 */
import type { FindingEvent, MetricValue } from "../../../agent/core/finding.ts";
import type { Datapoint } from "../../../agent/detect/datapoint.ts";
import type { Behavior, SecurityProfile } from "../../../agent/detect/profile.ts";
import { conformsAsSet, percentile, sameKind } from "./naive-rules.ts";

const SLOT = 300_000;
const TWO_DAYS = 172_800_000;

export interface NaiveEvent {
  thing: string;
  profile: string;
  behavior: string;
  event: FindingEvent;
  timeMs: number;
  value?: MetricValue;
  /** Which alarm of all; what the detector calls violationId. */
  alarm: number;
}

export interface NaiveRules {
  isMember(thing: string, profile: string): boolean;
  /** What ML says of a value; null: nothing. */
  ml(value: number): boolean | null;
  percentile: "nearest-rank" | "linear";
  levels: "last" | "sum";
  silentSlots: "zero" | "none";
}

interface Pair {
  thing: string;
  profile: string;
  behavior: Behavior;
  seenMs: number;
  /** Slots up to this one have no zeros of their own. */
  base: number;
  newest: number;
  history: { slot: number; value: number }[];
  verdicts: boolean[];
  alarm: number | null;
}

const isCloudCount = (metric: string) =>
  /^aws:num-(messages|authorization|connection-attempts|disconnects)/.test(metric);
const isAmount = (metric: string) => isCloudCount(metric) || metric.startsWith("aws:all-");

export class NaiveDetect {
  readonly #rules: NaiveRules;
  #profiles: readonly SecurityProfile[];
  #pairs: Pair[] = [];
  #open: number | null = null;
  #alarms = 0;
  #events: NaiveEvent[] = [];

  constructor(profiles: readonly SecurityProfile[], rules: NaiveRules) {
    this.#profiles = profiles;
    this.#rules = rules;
  }

  observe(thing: string, datapoints: readonly Datapoint[], timeMs: number): NaiveEvent[] {
    this.#goTo(timeMs);
    for (const { metric, value, dimension } of datapoints) {
      for (const { securityProfileName: profile, behaviors } of this.#profiles) {
        if (!this.#rules.isMember(thing, profile)) continue;
        for (const behavior of behaviors) {
          const { metricDimension } = behavior;
          const scope =
            metricDimension &&
            `${metricDimension.operator ?? "IN"} ${metricDimension.dimensionName}`;
          if (behavior.metric !== metric || scope !== dimension) continue;
          this.#take(thing, profile, behavior, value, timeMs);
        }
      }
    }
    return this.#flush();
  }

  advance(timeMs: number): NaiveEvent[] {
    const slot = Math.floor(timeMs / SLOT);
    if (this.#open === null || slot >= this.#open - 12) {
      this.#goTo(timeMs);
      return this.#flush();
    }
    this.#open = slot;
    for (const pair of this.#pairs) {
      pair.seenMs = Math.min(pair.seenMs, timeMs);
      pair.history = [];
      pair.base = slot;
      pair.newest = slot;
    }
    return this.#flush();
  }

  setProfiles(profiles: readonly SecurityProfile[], timeMs: number): NaiveEvent[] {
    const events = this.advance(timeMs);
    this.#profiles = profiles;
    for (const pair of [...this.#pairs]) {
      const profile = profiles.find((one) => one.securityProfileName === pair.profile);
      if (!profile?.behaviors.includes(pair.behavior)) this.#end(pair, timeMs);
    }
    return [...events, ...this.#flush()];
  }

  #flush(): NaiveEvent[] {
    return this.#events.splice(0);
  }

  #goTo(timeMs: number): void {
    const slot = Math.floor(timeMs / SLOT);
    this.#open ??= slot;
    if (slot <= this.#open) return;
    for (let one = this.#open; one < slot && this.#pairs.length > 0; one++) this.#close(one);
    this.#open = slot;
    for (const pair of [...this.#pairs]) {
      if (timeMs - pair.seenMs > TWO_DAYS) this.#end(pair, pair.seenMs + TWO_DAYS);
    }
  }

  #take(thing: string, profile: string, behavior: Behavior, value: MetricValue, timeMs: number) {
    const { criteria, metric } = behavior;
    const { comparisonOperator: operator = "" } = criteria;
    const isSet = operator.endsWith("-set");
    const number = value.count ?? value.number;
    const list = Object.values(value)[0];
    if (isSet ? !sameKind(value, criteria.value!) : number === undefined) return;
    let pair = this.#pairs.find(
      (one) => one.thing === thing && one.profile === profile && one.behavior === behavior,
    );
    if (pair !== undefined && timeMs - pair.seenMs > TWO_DAYS) {
      this.#end(pair, pair.seenMs + TWO_DAYS);
      pair = undefined;
    }
    const slot = isBySlot(behavior) ? this.#open! : Math.floor(timeMs / SLOT);
    if (pair === undefined) {
      pair = {
        thing,
        profile,
        behavior,
        seenMs: 0,
        base: slot,
        newest: slot,
        history: [],
        verdicts: [],
        alarm: null,
      };
      this.#pairs.push(pair);
    }
    pair.seenMs = timeMs;
    if (isSet) {
      this.#verdict(
        pair,
        conformsAsSet(list as (string | number)[], operator, criteria.value!),
        value,
        timeMs,
      );
      return;
    }
    if (pair.newest - slot > 12) {
      pair.history = [];
      pair.newest = slot;
    }
    pair.newest = Math.max(pair.newest, slot);
    pair.history.push({ slot: pair.newest, value: number! });
    if (isBySlot(behavior)) return;
    const adds =
      isAmount(metric) || (!metric.startsWith("aws:message") && this.#rules.levels === "sum");
    const total =
      adds && criteria.durationSeconds !== undefined ? this.#total(pair, pair.newest)! : number!;
    this.#judge(pair, total, timeMs, null);
  }

  #close(slot: number): void {
    const end = (slot + 1) * SLOT;
    for (const { securityProfileName: profile, behaviors } of this.#profiles) {
      for (const behavior of behaviors) {
        if (!isBySlot(behavior)) continue;
        for (const pair of [...this.#pairs]) {
          if (pair.behavior !== behavior || pair.profile !== profile) continue;
          if (end - pair.seenMs > TWO_DAYS) this.#end(pair, pair.seenMs + TWO_DAYS);
        }
        const group = this.#pairs.filter(
          (pair) => pair.behavior === behavior && pair.profile === profile,
        );
        const totals = group
          .map((pair) => this.#total(pair, slot))
          .filter((total) => total !== null);
        const { statisticalThreshold } = behavior.criteria;
        let threshold: number | null = null;
        if (statisticalThreshold !== undefined) {
          if (totals.length < 2 || totals.some((total) => total < 0)) continue;
          threshold = percentile(
            totals,
            Number(statisticalThreshold.statistic.slice(1)),
            this.#rules.percentile,
          );
        }
        for (const pair of group) {
          const had = pair.history.some((one) => one.slot === slot);
          const zero = this.#fillsZeros(behavior) && slot > pair.base;
          if (had || zero) this.#judge(pair, this.#total(pair, slot)!, end, threshold);
        }
      }
    }
  }

  #fillsZeros({ metric }: Behavior): boolean {
    return isCloudCount(metric) && this.#rules.silentSlots === "zero";
  }

  #total({ behavior, history, base }: Pair, slot: number): number | null {
    const slots = (behavior.criteria.durationSeconds ?? 300) / 300;
    const values = history
      .filter((one) => one.slot > slot - slots && one.slot <= slot)
      .map((one) => one.value);
    if (values.length === 0) return this.#fillsZeros(behavior) && slot > base ? 0 : null;
    if (behavior.metric === "aws:message-byte-size") return Math.max(...values);
    if (isAmount(behavior.metric) || this.#rules.levels === "sum")
      return values.reduce((sum, one) => sum + one, 0);
    return values.at(-1)!;
  }

  #judge(pair: Pair, total: number, timeMs: number, threshold: number | null): void {
    const { criteria, metric } = pair.behavior;
    const value = metric.startsWith("aws:") ? { count: total } : { number: total };
    if (criteria.mlDetectionConfig !== undefined) {
      const verdict = this.#rules.ml(total);
      if (verdict !== null) this.#verdict(pair, verdict, value, timeMs);
      return;
    }
    const limit = threshold ?? criteria.value!.count ?? criteria.value!.number!;
    const conforms = {
      "less-than": total < limit,
      "less-than-equals": total <= limit,
      "greater-than": total > limit,
      "greater-than-equals": total >= limit,
    }[criteria.comparisonOperator as "less-than"];
    this.#verdict(pair, conforms, value, timeMs);
  }

  #verdict(pair: Pair, conforms: boolean, value: MetricValue, timeMs: number): void {
    const { consecutiveDatapointsToAlarm: n = 1, consecutiveDatapointsToClear: m = 1 } =
      pair.behavior.criteria;
    pair.verdicts.push(conforms);
    const lastOf = (count: number, wanted: boolean) =>
      pair.verdicts.length >= count && pair.verdicts.slice(-count).every((one) => one === wanted);
    if (pair.alarm === null && lastOf(n, false)) {
      pair.alarm = this.#alarms++;
      this.#event(pair, "in-alarm", timeMs, value);
    } else if (pair.alarm !== null && lastOf(m, true)) {
      this.#event(pair, "alarm-cleared", timeMs, value);
      pair.alarm = null;
    }
  }

  #end(pair: Pair, timeMs: number): void {
    this.#pairs = this.#pairs.filter((one) => one !== pair);
    if (pair.alarm !== null) this.#event(pair, "alarm-invalidated", timeMs);
  }

  #event(
    { thing, profile, behavior, alarm }: Pair,
    event: FindingEvent,
    timeMs: number,
    value?: MetricValue,
  ) {
    this.#events.push({
      thing,
      profile,
      behavior: behavior.name,
      event,
      timeMs,
      ...(value && { value }),
      alarm: alarm!,
    });
  }
}

function isBySlot({ metric, criteria }: Behavior): boolean {
  if (criteria.statisticalThreshold !== undefined || isCloudCount(metric)) return true;
  return metric === "aws:message-byte-size" && criteria.mlDetectionConfig !== undefined;
}
