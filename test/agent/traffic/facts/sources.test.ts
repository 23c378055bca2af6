import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantFact } from "../../../../agent/core/plant.ts";
import { factSources } from "../../../../agent/traffic/facts/index.ts";
import { itExamples } from "../../../fixtures/facts/it.ts";
import { linkExamples } from "../../../fixtures/facts/link.ts";
import { otExamples } from "../../../fixtures/facts/ot.ts";
import { plcExamples } from "../../../fixtures/facts/plc.ts";

const test = suite("traffic: facts: sources");

const mac = "02:00:00:00:00:01";
const ends = {
  link: { source: { address: mac, port: 0, mac }, destination: { address: mac, port: 0, mac } },
  ip: { source: { address: "10.0.0.1", port: 1 }, destination: { address: "10.0.0.2", port: 2 } },
};

function said({ subject, name, value, peer }: PlantFact): string {
  const who = [subject.address ?? subject.mac, subject.object].filter(Boolean).join(" ");
  return `${who} ${name}=${value}${peer === undefined ? "" : ` of ${peer}`}`;
}

for (const [kind, examples] of [
  ["link", linkExamples],
  ["ip", itExamples],
  ["ip", otExamples],
  ["ip", plcExamples],
] as const) {
  for (const { source, what, bytes, facts } of examples) {
    test(`${source}: ${what}`, () => {
      const found = factSources[source].parse(bytes, { ...ends[kind], atMs: 7 });
      assert.equal(found.map(said), facts);
      for (const fact of found) {
        assert.is(fact.source, factSources[source].name);
        assert.is(fact.atMs, 7);
      }
    });
  }
}

test("each source has an example", () => {
  const shown = new Set(
    [...linkExamples, ...itExamples, ...otExamples, ...plcExamples].map((one) => one.source),
  );
  assert.equal([...shown].sort(), Object.keys(factSources).sort());
});

test.run();
