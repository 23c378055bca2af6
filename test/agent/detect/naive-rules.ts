/** Sets and percentiles for the naive evaluator, as short as they can be said. */
import type { MetricValue } from "../../../agent/core/finding.ts";

export function sameKind(a: MetricValue, b: MetricValue): boolean {
  return Object.keys(a)[0] === Object.keys(b)[0];
}

export function conformsAsSet(
  observed: (string | number)[],
  operator: string,
  value: MetricValue,
): boolean {
  const isIn = (one: string | number) =>
    value.cidrs === undefined
      ? (Object.values(value)[0] as (string | number)[]).includes(one)
      : value.cidrs.some((cidr) => inNetwork(String(one), cidr));
  return observed.every((one) => isIn(one) !== operator.startsWith("not-"));
}

/** IPv4 alone, in strings of bits. */
function inNetwork(address: string, cidr: string): boolean {
  const bits = (text: string) =>
    text
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("");
  const [network = "", length = "32"] = cidr.split("/");
  return bits(address).slice(0, Number(length)) === bits(network).slice(0, Number(length));
}

export function percentile(
  values: number[],
  percent: number,
  method: "nearest-rank" | "linear",
): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (method === "nearest-rank") {
    return sorted.find(
      (one) => sorted.filter((other) => other <= one).length * 100 >= percent * sorted.length,
    )!;
  }
  const at = (percent * (sorted.length - 1)) / 100;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
