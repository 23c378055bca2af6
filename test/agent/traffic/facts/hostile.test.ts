import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { plantFactNames } from "../../../../agent/core/plant.ts";
import { FACTS_PER_MESSAGE_MAX } from "../../../../agent/traffic/facts/fact-source.ts";
import { type FactSourceName, factSources } from "../../../../agent/traffic/facts/index.ts";
import { TEXT_CHARS_MAX } from "../../../../agent/traffic/facts/text.ts";
import { itExamples } from "../../../fixtures/facts/it.ts";
import { linkExamples } from "../../../fixtures/facts/link.ts";
import { otExamples } from "../../../fixtures/facts/ot.ts";
import { plcExamples } from "../../../fixtures/facts/plc.ts";

const test = suite("traffic: facts: hostile messages");

const examples = [...linkExamples, ...itExamples, ...otExamples, ...plcExamples];
const source = { address: "10.0.0.1", port: 1, mac: "02:00:00:00:00:01" };
const destination = { address: "10.0.0.2", port: 2, mac: "02:00:00:00:00:02" };

function assertHarmless(name: FactSourceName, bytes: Uint8Array): void {
  const before = bytes.slice();
  const facts = factSources[name].parse(bytes, { source, destination, atMs: 0 });
  assert.ok(facts.length <= FACTS_PER_MESSAGE_MAX);
  assert.equal(bytes, before);
  for (const fact of facts) {
    assert.ok((plantFactNames as readonly string[]).includes(fact.name));
    assert.ok(fact.value !== "" && [...fact.value].length <= TEXT_CHARS_MAX);
    assert.not.match(fact.value, /[\p{Cc}\p{Cf}\p{Cs}\ufffd]/u);
    assert.ok(fact.subject.address ?? fact.subject.mac);
    assert.ok(fact.confidence > 0 && fact.confidence <= 1);
  }
}

for (const name of Object.keys(factSources) as FactSourceName[]) {
  test(`${name}: any bytes`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => assertHarmless(name, bytes)),
      { numRuns: 200 },
    );
  });

  test(`${name}: its own messages, cut short and with bytes changed`, () => {
    const own = examples.filter((example) => example.source === name);
    const change = fc.tuple(
      fc.nat(511),
      fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.nat(255)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...own),
        fc.nat(512),
        fc.array(change),
        ({ bytes }, cut, changes) => {
          const changed = bytes.slice(0, cut);
          for (const [at, byte] of changes)
            if (changed.length > 0) changed[at % changed.length] = byte;
          assertHarmless(name, changed);
        },
      ),
      { numRuns: 500 },
    );
  });
}

test.run();
