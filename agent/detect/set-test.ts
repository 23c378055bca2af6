import type { MetricValue } from "../core/finding.ts";
import { type Cidr, parseCidr, parseIp } from "./ip.ts";
import type { MetricSpec, ValueKind } from "./metrics.ts";
import type { ComparisonOperator } from "./profile.ts";

/** The elements of an observed set that are not normal, in their order; none: the set conforms. */
export type SetTest = (observed: readonly Element[]) => Element[];
export type Element = string | number;

/**
 * `in-…`: every element must be in the set; `not-in-…`: none may be. Hence an empty set conforms.
 */
export function setTestOf(operator: ComparisonOperator, value: MetricValue): SetTest {
  const isIn = value.cidrs === undefined ? membershipOf(value) : cidrMembershipOf(value.cidrs);
  const wanted = !operator.startsWith("not-");
  return (observed) => observed.filter((element) => isIn(element) !== wanted);
}

/** The member of a datapoint's value that a behavior compares. */
export function observedKindOf(spec: MetricSpec, value: MetricValue | undefined): ValueKind {
  if (spec.nature !== "set") return spec.side === "custom" ? "number" : "count";
  return spec.kinds.find((kind) => value?.[kind] !== undefined) ?? spec.kinds[0]!;
}

function membershipOf({ ports, numbers, strings }: MetricValue): (element: Element) => boolean {
  const set = new Set<Element>(ports ?? numbers ?? strings);
  return (element) => set.has(element);
}

/** What is no address is in no network. */
function cidrMembershipOf(cidrs: readonly string[]): (element: Element) => boolean {
  const networks = cidrs.map(parseCidr).filter((cidr): cidr is Cidr => cidr !== null);
  return (element) => {
    const ip = parseIp(String(element));
    if (ip === null) return false;
    return networks.some(
      ({ bits, first, last }) => bits === ip.bits && first <= ip.value && ip.value <= last,
    );
  };
}
