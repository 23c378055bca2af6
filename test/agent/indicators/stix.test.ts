import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Indicator, Target } from "../../../agent/indicators/indicator.ts";
import { createIndicatorSet } from "../../../agent/indicators/set.ts";
import { parseStixBundle } from "../../../agent/indicators/stix.ts";
import { readPattern } from "../../../agent/indicators/stix-pattern.ts";

const test = suite("indicators: STIX");

const ID = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const FROM = "2026-11-01T00:00:00Z";

function bundleOf(...changes: object[]): string {
  const objects = changes.map((change) => ({
    type: "indicator",
    spec_version: "2.1",
    id: ID,
    pattern: "[ipv4-addr:value = '203.0.113.9']",
    pattern_type: "stix",
    valid_from: FROM,
    ...change,
  }));
  return JSON.stringify({ type: "bundle", id: "bundle--1", objects });
}

const host = (address: number, port: number | null = null): Target => ({
  kind: "network",
  address: [address],
  prefix: 32,
  port,
});
const name = (domain: string): Target => ({ kind: "domain", name: domain, scope: "self" });

const matched: [pattern: string, targets: Target[]][] = [
  ["[ipv4-addr:value = '203.0.113.9']", [host(0xcb007109)]],
  ["[ipv4-addr:value='203.0.113.9']", [host(0xcb007109)]],
  ["[ipv4-addr:value = '198.51.100.0/24']", [{ ...host(0xc6336400), prefix: 24 } as Target]],
  ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [{ ...host(0xc6336400), prefix: 24 } as Target]],
  ["[ipv4-addr:value IN ('10.0.0.1', '10.0.0.2')]", [host(0x0a000001), host(0x0a000002)]],
  [
    "[ipv6-addr:value = '2001:db8::9']",
    [{ kind: "network", address: [0x20010db8, 0, 0, 9], prefix: 128, port: null }],
  ],
  ["[domain-name:value = 'Evil.example']", [name("evil.example")]],
  [
    "[ipv4-addr:value = '10.0.0.1' OR domain-name:value = 'a.b'] OR [network-traffic:dst_port IN (1, 2)]",
    [host(0x0a000001), name("a.b"), { kind: "port", port: 1 }, { kind: "port", port: 2 }],
  ],
  [
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '10.0.0.1' AND network-traffic:dst_port IN (443, 80)]",
    [host(0x0a000001, 443), host(0x0a000001, 80)],
  ],
  [
    "[(network-traffic:dst_ref.value = '10.0.0.1' OR network-traffic:dst_ref.value = 'c2.example') AND network-traffic:protocols[*] = 'tcp']",
    [host(0x0a000001), name("c2.example")],
  ],
];

test("matches the subset", () => {
  for (const [pattern, targets] of matched) {
    assert.equal(readPattern(pattern), { targets, problems: [] }, pattern);
  }
});

test("keeps what it can match of an OR, and tells the rest", () => {
  const read = readPattern(
    "[ipv4-addr:value = '10.0.0.1'] OR [file:hashes.'SHA-256' = 'ab' OR file:name LIKE 'it\\'s%']",
  );
  assert.equal(read.targets, [host(0x0a000001)]);
  assert.is(read.problems.length, 2);
  assert.match(read.problems[0]!, "file:hashes.'SHA-256'");
});

const refused = [
  "",
  "ipv4-addr:value = '10.0.0.1'",
  "[ipv4-addr:value = '10.0.0.1'",
  "[ipv4-addr:value = '10.0.0.1'] AND [domain-name:value = 'a.b']",
  "[ipv4-addr:value = '10.0.0.1'] FOLLOWEDBY [domain-name:value = 'a.b']",
  "[ipv4-addr:value = '10.0.0.1'] REPEATS 5 TIMES",
  "[ipv4-addr:value = '10.0.0.1'] WITHIN 5 SECONDS",
  "[ipv4-addr:value NOT = '10.0.0.1']",
  "[ipv4-addr:value != '10.0.0.1']",
  "[ipv4-addr:value = '10.0.0.300']",
  "[ipv4-addr:value = '0.0.0.0/0']",
  "[ipv4-addr:value = '10.0.0.1' AND ipv4-addr:value = '10.0.0.2']",
  "[ipv4-addr:value = '10.0.0.1' AND network-traffic:dst_port = 80]",
  "[network-traffic:dst_port = 0]",
  "[network-traffic:dst_port = '80']",
  "[network-traffic:dst_port > 80]",
  "[network-traffic:protocols[*] = 'udp' AND network-traffic:dst_port = 80]",
  "[domain-name:value LIKE '%.a.b']",
  "[domain-name:value IN ()]",
  "[domain-name:value = t'2026-11-24T00:00:00Z']",
  `[${"(".repeat(100)}domain-name:value = 'a.b'${")".repeat(100)}]`,
  `[${Array.from({ length: 20 }, () => "(x:a = 1 OR x:b = 2)").join(" AND ")}]`,
  "x".repeat(100_000),
];

test("refuses the rest, and says why", () => {
  for (const pattern of refused) {
    const { targets, problems } = readPattern(pattern);
    assert.equal(targets, [], pattern.slice(0, 100));
    assert.ok(problems.length > 0 && problems.every((problem) => problem.length < 200), pattern);
  }
});

test("holds from valid_from on and until valid_until", () => {
  const { indicators, problems } = parseStixBundle(
    "feed.json",
    bundleOf({ valid_until: "2026-12-01T00:00:00.5Z" }),
  );
  assert.equal(problems, []);
  const set = createIndicatorSet(indicators);
  const holdsAt = (wallMs: number) => set.matchAddress("203.0.113.9", { wallMs }).length === 1;
  const from = Date.parse(FROM);
  const until = Date.parse("2026-12-01T00:00:00.500Z");
  assert.equal([from - 1, from, until - 1, until].map(holdsAt), [false, true, true, false]);
});

test("passes over what is no indicator or revoked, and tells what is bad", () => {
  const text = bundleOf(
    { type: "malware" },
    { revoked: true },
    { pattern_type: "snort" },
    { pattern: 7, id: 7 },
    { valid_from: "yesterday" },
    { valid_until: FROM },
    { pattern_type: undefined },
  );
  const parsed = parseStixBundle("feed.json", text);
  assert.equal(
    parsed.indicators.map(({ id, source }: Indicator) => [id, source]),
    [[ID, "feed.json"]],
  );
  assert.equal(
    parsed.problems.map(({ where }) => where),
    [ID, "objects[3]", ID, ID],
  );
  for (const bad of ["", "{", "[]", "7", "null", '{"objects":{}}', '{"objects":[null]}']) {
    assert.is(parseStixBundle("feed.json", bad).problems.length, 1, bad);
  }
});

test("any pattern gives a result", () => {
  const piece = fc.constantFrom(
    ..."[ ] ( ) , = AND OR NOT IN ISSUBSET 80 'a.b' '10.0.0.1' ' \\ é".split(" "),
    "ipv4-addr:value",
    "network-traffic:dst_port",
    "network-traffic:protocols[*]",
    " ",
  );
  const pattern = fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join(" "));
  fc.assert(
    fc.property(pattern, (text) => {
      const { targets, problems } = readPattern(text);
      assert.ok(targets.length + problems.length > 0);
    }),
    { numRuns: 2000 },
  );
});

test.run();
