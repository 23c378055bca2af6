/** What holds for every rule. */
import { readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { techniqueIds } from "../../../../agent/alerts/attack-ics.ts";
import { rules } from "../../../../agent/detect/rules/index.ts";
import { judged, learnt, observed, quietMinute, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: all");
const tests = readdirSync(new URL(".", import.meta.url));

for (const { name, techniques, summary } of rules) {
  test(`${name} points to techniques of ATT&CK for ICS that there are`, () => {
    assert.ok(techniques.length > 0);
    assert.equal(
      techniques.filter((id) => !techniqueIds.includes(id)),
      [],
    );
    assert.ok(summary.length > 0);
  });

  test(`${name} has a labelled test of its own`, () => {
    assert.ok(tests.includes(`${name.replaceAll("_", "-")}.test.ts`));
  });
}

test("names are different", () => {
  assert.is(new Set(rules.map(({ name }) => name)).size, rules.length);
});

test("a plant that goes on as learnt gives no finding, and neither does one that nothing is known of", () => {
  const baseline = learnt(quietMinute());
  assert.equal(told(judged(rules, quietMinute(0), baseline)), []);
  assert.equal(told(judged(rules, quietMinute(0))), []);
});

test("a stretch without anything is no finding", () => {
  assert.equal(judged(rules, [observed(0, {}), observed(100_000, {})], learnt([])), []);
});

test.run();
