import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { linesOf } from "../../../../agent/cli/baseline-text.ts";
import { createBaseline } from "../../../../agent/detect/baseline/baseline.ts";
import { parseBaseline } from "../../../../agent/detect/baseline/parse.ts";
import { doubtsOf, entriesOf } from "../../../../agent/detect/baseline/review.ts";
import { rules } from "../../../../agent/detect/rules/index.ts";
import { judged, learnt, quietMinute } from "../../../fixtures/plant.ts";

const test = suite("detect: baseline: file");
const whole = JSON.stringify(learnt(quietMinute()).file());

test("comes back as it was saved", () => {
  const parsed = parseBaseline(whole);
  assert.ok("file" in parsed);
  if ("file" in parsed) assert.equal(parsed.file, JSON.parse(whole));
});

test("names what is wrong with it", () => {
  const problemOf = (text: string) => {
    const parsed = parseBaseline(text);
    return "problem" in parsed ? parsed.problem : "";
  };
  assert.is(problemOf("{"), "it is not JSON");
  assert.is(problemOf("[]"), "it is not an object");
  assert.match(problemOf('{"version":2}'), /version is 2; this program reads 1/);
  assert.match(problemOf(whole.replace('"macs":["', '"macs":[7,"')), /member assets/);
});

/** A whole file with one value of it replaced. */
const damaged = fc
  .tuple(fc.nat(), fc.jsonValue())
  .map(([seed, value]) => JSON.stringify(replaced(JSON.parse(whole), seed, value)));

test("whatever is in it, it is refused or usable", () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.json(), fc.string()), (text) => {
      const parsed = parseBaseline(text);
      if ("problem" in parsed) return;
      const baseline = createBaseline(parsed.file);
      baseline.freeze();
      judged(rules, quietMinute(0).slice(0, 3), baseline);
      entriesOf(baseline.file(), false);
      doubtsOf(baseline.file());
      linesOf(baseline.file());
    }),
    { numRuns: 300 },
  );
});

function replaced(root: unknown, seed: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(root);
  const [node, key] = places[seed % places.length]!;
  node[key] = value;
  return root;
}

test.run();
