import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { maskedWord } from "../../../agent/core/address.ts";
import {
  domainScopes,
  INDICATORS_MAX,
  type Indicator,
  type Target,
} from "../../../agent/indicators/indicator.ts";
import { createIndicatorSet } from "../../../agent/indicators/set.ts";
import { naiveAddress, naiveDomain, naivePort } from "./naive.ts";

const test = suite("indicators: set");

// Few values, so that things nest, meet and repeat.
const word = fc.constantFrom(0x0a000001, 0x0a0000ff, 0x0a00ff00, 0xffffffff);
const address = fc.oneof(
  fc.tuple(word),
  // Not ::ffff:0:0/96, which is IPv4.
  fc.tuple(fc.constant(0x20010db8), word, word, word),
);
const port = fc.integer({ min: 1, max: 4 });
const label = fc.constantFrom("a", "b", "evil", "xn--e1af");
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join("."));

const network = fc
  .tuple(address, fc.nat(128), fc.option(port))
  .map(([words, length, onPort]): Target => {
    const prefix = 1 + (length % (words.length * 32));
    const masked = [...words].map((one, index) => maskedWord(one, index, prefix));
    return { kind: "network", address: masked, prefix, port: onPort };
  });
const target: fc.Arbitrary<Target> = fc.oneof(
  network,
  fc.record({ kind: fc.constant("domain"), name, scope: fc.constantFrom(...domainScopes) }),
  fc.record({ kind: fc.constant("port"), port }),
);
const time = fc.option(fc.nat(10), { freq: 2 });
const indicators = fc.array(fc.tuple(target, time, time), { maxLength: 40 }).map((all) =>
  all.map(
    ([one, validFromMs, validUntilMs], index): Indicator => ({
      target: one,
      source: `source-${index % 3}`,
      id: `line ${index}`,
      validFromMs,
      validUntilMs,
    }),
  ),
);

const textOf = (words: readonly number[]) =>
  words.length === 1
    ? [24, 16, 8, 0].map((shift) => (words[0]! >>> shift) & 255).join(".")
    : words.flatMap((one) => [one >>> 16, one & 0xffff].map((half) => half.toString(16))).join(":");
const idsOf = (names: readonly { id: string }[]) => names.map(({ id }) => id).sort();

test("finds what a naive matcher finds", () => {
  const asked = fc.record({ address, port, name, wallMs: fc.nat(11) });
  let hits = 0;
  fc.assert(
    fc.property(indicators, fc.array(asked, { minLength: 20, maxLength: 20 }), (all, questions) => {
      const set = createIndicatorSet(all);
      for (const { address: words, port: onPort, name: domain, wallMs } of questions) {
        const text = textOf(words);
        const found = set.matchAddress(text, { wallMs });
        assert.equal(idsOf(found), naiveAddress(all, words, wallMs).sort());
        const onThatPort = set.matchAddress(text, { wallMs, port: onPort });
        assert.equal(idsOf(onThatPort), naiveAddress(all, words, wallMs, onPort).sort());
        const named = set.matchDomain(domain, { wallMs });
        assert.equal(idsOf(named), naiveDomain(all, domain, wallMs).sort());
        assert.equal(
          idsOf(set.matchPort(onPort, { wallMs })),
          naivePort(all, onPort, wallMs).sort(),
        );
        hits += onThatPort.length + named.length;
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(hits > 50, `${hits} hits`);
});

const indicatorOf = (one: Target, id: string): Indicator => ({
  target: one,
  source: "feed.json",
  id,
  validFromMs: null,
  validUntilMs: null,
});
const port4444 = (id: string) => indicatorOf({ kind: "port", port: 4444 }, id);
const wallMs = 0;

test("gives ids back as they were", () => {
  const ids = [
    "line 7",
    "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    "indicator--8E2E2D2B-17D4-4CBF-938F-98EE46B3CD3F",
    "indicator--8e2e2d2b17d44cbf938f98ee46b3cd3f",
    "indicatorX-8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    "objects[3]",
    "",
  ];
  const set = createIndicatorSet(ids.map(port4444));
  assert.equal(idsOf(set.matchPort(4444, { wallMs })), [...ids].sort());
});

test("names in any case and spelling; what is no address or name matches nothing", () => {
  const set = createIndicatorSet([
    indicatorOf({ kind: "domain", name: "xn--bcher-kva.example", scope: "both" }, "1"),
    indicatorOf({ kind: "network", address: [0xcb007109], prefix: 32, port: null }, "2"),
  ]);
  for (const domain of ["Bücher.example", "www.XN--BCHER-KVA.example."]) {
    assert.equal(idsOf(set.matchDomain(domain, { wallMs })), ["1"], domain);
  }
  for (const ip of ["203.0.113.9", "::ffff:203.0.113.9", "::FFFF:cb00:7109%eth0"]) {
    assert.equal(idsOf(set.matchAddress(ip, { wallMs })), ["2"], ip);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(set.matchAddress(text, { wallMs }), []);
      assert.equal(set.matchDomain(text, { wallMs }), []);
    }),
  );
});

test("the smallest network comes first", () => {
  const networkOf = (prefix: number) =>
    indicatorOf({ kind: "network", address: [0x0a000000], prefix, port: null }, `/${prefix}`);
  const set = createIndicatorSet([8, 32, 24].map(networkOf));
  const found = set.matchAddress("10.0.0.0", { wallMs }).map(({ id }) => id);
  assert.equal(found, ["/32", "/24", "/8"]);
});

test("its hash is that of its indicators", () => {
  assert.is(createIndicatorSet([port4444("1")]).hash, createIndicatorSet([port4444("1")]).hash);
  assert.is.not(createIndicatorSet([port4444("1")]).hash, createIndicatorSet([port4444("2")]).hash);
});

test("takes no more than its bound, and says how many it dropped", () => {
  const one = port4444("line 1");
  const set = createIndicatorSet(new Array<Indicator>(INDICATORS_MAX + 5).fill(one));
  assert.equal([set.count, set.dropped], [INDICATORS_MAX, 5]);
});

test.run();
