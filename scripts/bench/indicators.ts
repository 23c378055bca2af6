/**
 * Threat indicators, as many as a set takes: look-ups a second of addresses and domains (one in a
 * hundred is named), memory of each indicator from a list and from STIX, and how long a list takes
 * from text to set.
 */
import { INDICATORS_MAX } from "../../agent/indicators/indicator.ts";
import { parseIndicators } from "../../agent/indicators/parse.ts";
import { createIndicatorSet, type IndicatorSet } from "../../agent/indicators/set.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 5;
const LOOKUPS = 200_000;
const WALL_MS = Date.UTC(2026, 10, 24);

/** Spreads numbers over 32 bits, the same in every run (Knuth's multiplicative hash). */
const spread = (index: number) => Math.imul(index, 2_654_435_761) >>> 0;
const quadOf = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const domainOf = (index: number) => `host-${spread(index).toString(36)}.example`;

/** Six addresses, two networks and two domains of ten. */
function entryOf(index: number): string {
  const kind = index % 10;
  if (kind >= 8) return domainOf(index);
  return quadOf(spread(index)) + (kind >= 6 ? `/${20 + (index % 5)}` : "");
}

function stixOf(index: number): object {
  const uuid = `${spread(index).toString(16).padStart(8, "0")}-17d4-4cbf-938f-98ee46b3cd3f`;
  return {
    type: "indicator",
    id: `indicator--${uuid}`,
    pattern_type: "stix",
    pattern: `[ipv4-addr:value = '${quadOf(spread(index))}']`,
    valid_from: "2026-11-01T00:00:00Z",
  };
}

const numbers = Array.from({ length: INDICATORS_MAX }, (_, index) => index);

export default async function* (): AsyncGenerator<Figure> {
  const list = numbers.map(entryOf).join("\n");
  const buildS: number[] = [];
  let set: IndicatorSet = createIndicatorSet([]);
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    set = setOf("feed.txt", list);
    buildS.push((performance.now() - start) / 1000);
  }
  yield { name: "indicators.build", value: round(median(buildS)), unit: "s", runs: RUNS };
  yield bytesOf("indicators.list", set);
  const bundle = JSON.stringify({ type: "bundle", objects: numbers.map(stixOf) });
  yield bytesOf("indicators.stix", setOf("feed.json", bundle));

  const where = { wallMs: WALL_MS, port: 443 };
  // Numbers beyond the set's are in no indicator but by chance; one in a hundred is one of the set's.
  const askedFor = (textOf: (index: number) => string, one: number) =>
    numbers.map((index) => textOf(index % 100 === 0 ? index - (index % 10) + one : -1 - index));
  const addresses = askedFor((index) => quadOf(spread(index)), 0);
  yield rateOf("indicators.address", addresses, (text) => set.matchAddress(text, where).length);
  const domains = askedFor(domainOf, 8);
  yield rateOf("indicators.domain", domains, (text) => set.matchDomain(text, where).length);
}

function setOf(name: string, text: string): IndicatorSet {
  const { indicators, problems } = parseIndicators({ name, text });
  if (problems.length > 0) throw new Error(problems[0]!.reason);
  return createIndicatorSet(indicators);
}

function bytesOf(name: string, { bytes, count }: IndicatorSet): Figure {
  return { name: `${name}.bytes`, value: round(bytes / count), unit: "bytes/indicator", runs: 1 };
}

function rateOf(name: string, asked: readonly string[], match: (text: string) => number): Figure {
  const perSecond: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    let hits = 0;
    const start = performance.now();
    for (let i = 0; i < LOOKUPS; i++) hits += match(asked[i % asked.length]!);
    const seconds = (performance.now() - start) / 1000;
    if (hits < LOOKUPS / 100) throw new Error(`${name}: ${hits} hits are too few`);
    if (run >= 0) perSecond.push(LOOKUPS / seconds);
  }
  return { name, value: Math.round(median(perSecond)), unit: "lookups/s", runs: RUNS };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
