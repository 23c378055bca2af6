/** What every protocol's file owes, whatever the core counted. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandClasses, plantActions } from "../../../agent/core/plant.ts";
import { abi } from "../../../agent/traffic/abi.ts";
import type { Command } from "../../../agent/traffic/conversations.ts";
import { protocolOf, protocolOfKind, protocols } from "../../../agent/traffic/protocols/index.ts";

const test = suite("traffic: protocols");

test("ids and names are unlike, and lead back", () => {
  assert.is(new Set(protocols.map(({ name }) => name)).size, protocols.length);
  for (const protocol of protocols) {
    assert.is(protocolOf(protocol.id), protocol);
    assert.is(protocolOfKind(protocol.id << abi.KIND_SHIFT), protocol);
  }
});

const u = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const command: fc.Arbitrary<Command> = fc.record({
  kind: fc
    .tuple(fc.constantFrom(...protocols), u(abi.KIND_SHIFT))
    .map(([{ id }, kind]) => (id << abi.KIND_SHIFT) | kind),
  isLink: fc.boolean(),
  client: fc.constant("10.0.0.1"),
  server: fc.constant("10.0.0.2"),
  object: u(32),
  functionCode: u(16),
  error: u(8),
  requestCount: u(3),
  responseCount: u(3),
  errorCount: u(3),
  firstUs: fc.constant(0),
  lastUs: fc.constant(0),
});

test("anything that is counted has a meaning in words, or none", () => {
  fc.assert(
    fc.property(command, (each) => {
      const meaning = protocolOfKind(each.kind)!.describe(each);
      if (meaning === null) return;
      assert.ok(meaning.command.length > 0);
      assert.ok(commandClasses.includes(meaning.commandClass));
      if (meaning.action !== undefined) assert.ok(plantActions.includes(meaning.action));
      if (each.error === 0) assert.is(meaning.error, "");
    }),
    { seed: 5, numRuns: 3000 },
  );
});

test("a tally tells no more than was counted, between the two ends", () => {
  fc.assert(
    fc.property(command, (each) => {
      const all = each.requestCount + each.responseCount + each.errorCount;
      protocolOfKind(each.kind)!.tally(each, (pair, _group, key, count) => {
        assert.ok(["10.0.0.1>10.0.0.2", "10.0.0.2>10.0.0.1", ">", ""].includes(pair));
        assert.ok(key.length > 0);
        assert.ok(count <= all);
      });
    }),
    { seed: 5, numRuns: 3000 },
  );
});

test.run();
