/** Behaviors that say nothing: never in alarm whatever a thing does, or always. */
import { dimensionKeyOf } from "../datapoint.ts";
import { parseCidr } from "../ip.ts";
import { metricOf } from "../metrics.ts";
import type { Behavior, SecurityProfile } from "../profile.ts";

export interface LintFinding {
  behavior: string;
  what: "never fires" | "always fires" | "flaps";
  /** Why, and how to mend it: two half sentences. */
  why: string;
  mend: string;
}

/** The least and the greatest value that a metric can have. */
interface Range {
  least: number;
  greatest: number;
}

/** AWS IoT Core takes no larger payload, says its quota "Maximum MQTT message size". */
const MESSAGE_BYTES_MAX = 131_072;
/** Every port of a protocol. */
const PORTS = 65_536;

const greatestOf: Readonly<Record<string, number>> = {
  "aws:message-byte-size": MESSAGE_BYTES_MAX,
  "aws:num-listening-tcp-ports": PORTS,
  "aws:num-listening-udp-ports": PORTS,
};

/** What is wrong with a profile by itself. */
export function lintProfile({ behaviors }: SecurityProfile): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const behavior of behaviors) {
    const found = lintNumber(behavior) ?? lintStatistic(behavior) ?? lintSet(behavior);
    if (found !== null) findings.push({ behavior: behavior.name, ...found });
  }
  return [...findings, ...contradictionsOf(behaviors)];
}

type Found = Omit<LintFinding, "behavior"> | null;

function lintNumber(behavior: Behavior): Found {
  const normal = normalOf(behavior);
  if (normal === null) return null;
  const { least, greatest } = rangeOf(behavior);
  if (normal.includes(least) && normal.includes(greatest)) {
    return {
      what: "never fires",
      why: `every value from ${least} to ${greatest} is normal to ${normal.text}`,
      mend: "give it a bound that the metric can pass: `profile learn` proposes one",
    };
  }
  if (normal.to < least || normal.from > greatest || isEmpty(normal, least, greatest)) {
    return {
      what: "always fires",
      why: `no value from ${least} to ${greatest} is ${normal.text}`,
      mend: "criteria say what is normal, not what is bad: turn the operator round",
    };
  }
  return null;
}

interface Normal {
  from: number;
  to: number;
  includes: (value: number) => boolean;
  text: string;
}

/** The values that a static criteria takes for normal; null: it is of another kind. */
function normalOf({ criteria }: Behavior): Normal | null {
  const { comparisonOperator: operator = "", value } = criteria;
  const limit = value?.count ?? value?.number;
  if (limit === undefined) return null;
  const text = `${operator} ${limit}`;
  const isBelow = operator.startsWith("less");
  const isWithin = operator.endsWith("equals");
  return {
    from: isBelow ? Number.NEGATIVE_INFINITY : limit,
    to: isBelow ? limit : Number.POSITIVE_INFINITY,
    includes: (one) => (isBelow ? one < limit : one > limit) || (isWithin && one === limit),
    text,
  };
}

function isEmpty(normal: Normal, least: number, greatest: number): boolean {
  if (normal.to === least) return !normal.includes(least);
  return normal.from === greatest && !normal.includes(greatest);
}

function rangeOf({ metric, criteria }: Behavior): Range {
  const isCustom = metricOf(metric, criteria.comparisonOperator ?? null)?.side === "custom";
  return {
    least: isCustom ? Number.NEGATIVE_INFINITY : 0,
    greatest: greatestOf[metric] ?? Number.POSITIVE_INFINITY,
  };
}

/** p0 and p100 are the least and the greatest of the group itself. */
function lintStatistic({ criteria }: Behavior): Found {
  const statistic = criteria.statisticalThreshold?.statistic;
  const operator = criteria.comparisonOperator;
  const isEnd = statistic === "p0" || statistic === "p100";
  if (!isEnd || operator === undefined) return null;
  const end = statistic === "p0" ? "least" : "greatest";
  const isWithin = operator.endsWith("equals");
  const isOutward = operator.startsWith("less") === (statistic === "p100");
  if (isOutward && isWithin) {
    return {
      what: "never fires",
      why: `${statistic} is the ${end} value of the group, so all are ${operator} it`,
      mend: statistic === "p0" ? "take p0.1 or p1" : "take p99.9 or p99",
    };
  }
  return {
    what: "always fires",
    why: isOutward
      ? `${statistic} is the ${end} value of the group, and the thing that has it is not ${operator} it`
      : `${statistic} is the ${end} value of the group, and nearly all things are beyond it`,
    mend: isOutward
      ? "take another percentile"
      : "criteria say what is normal: turn the operator round",
  };
}

function lintSet({ criteria }: Behavior): Found {
  const { comparisonOperator: operator = "", value } = criteria;
  const [elements] = Object.values(value ?? {}) as unknown[];
  if (!Array.isArray(elements)) return null;
  const isForbidden = operator.startsWith("not-");
  if (isForbidden && elements.length === 0) {
    return { what: "never fires", why: "it forbids nothing", mend: "name what is forbidden" };
  }
  const everything = everythingOf(value?.ports, value?.cidrs);
  if (everything === null) return null;
  return isForbidden
    ? {
        what: "always fires",
        why: `it forbids ${everything}`,
        mend: "name less, or what is normal with in-…",
      }
    : {
        what: "never fires",
        why: `${everything} is normal to it`,
        mend: "name what is used: `profile learn` proposes it",
      };
}

/** What a set has all of: ports, or the addresses of a family; null: of nothing. */
function everythingOf(
  ports: readonly number[] | undefined,
  cidrs: readonly string[] | undefined,
): string | null {
  if (ports !== undefined) return new Set(ports).size === PORTS ? "every port" : null;
  const families = ([32, 128] as const).filter((bits) => coversAll(cidrs ?? [], bits));
  if (families.length === 0) return null;
  if (families.length === 2) return "every address";
  return families[0] === 32 ? "every IPv4 address" : "every IPv6 address";
}

function coversAll(cidrs: readonly string[], bits: 32 | 128): boolean {
  const networks = cidrs
    .flatMap((text) => parseCidr(text) ?? [])
    .filter((cidr) => cidr.bits === bits)
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  let next = 0n;
  for (const { first, last } of networks) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next === 1n << BigInt(bits);
}

/** Two bounds of one metric that leave nothing between them: one of the two is always violated. */
function contradictionsOf(behaviors: readonly Behavior[]): LintFinding[] {
  const findings: LintFinding[] = [];
  for (const [index, one] of behaviors.entries()) {
    for (const other of behaviors.slice(index + 1)) {
      if (scopeOf(one) !== scopeOf(other)) continue;
      const [a, b] = [normalOf(one), normalOf(other)];
      if (a === null || b === null) continue;
      const from = Math.max(a.from, b.from);
      const to = Math.min(a.to, b.to);
      if (from < to || (from === to && a.includes(from) && b.includes(from))) continue;
      findings.push({
        behavior: one.name,
        what: "always fires",
        why: `nothing is both ${a.text} and, as ${other.name} has it, ${b.text}: one of them fires`,
        mend: "leave room between the two bounds",
      });
    }
  }
  return findings;
}

function scopeOf({ metric, metricDimension, criteria }: Behavior): string {
  const dimension = metricDimension === undefined ? "" : dimensionKeyOf(metricDimension);
  return `${metric} ${dimension} ${criteria.durationSeconds ?? ""}`;
}
