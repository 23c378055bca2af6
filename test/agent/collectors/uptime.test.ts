import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseUptime, uptime } from "../../../agent/collectors/uptime.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(uptime, modernGateway);

const test = suite("collectors: uptime: details");

test("takes the first number: the second is idle time", () => {
  assert.is(parseUptime("739.47 1312.20\n"), 739.47);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const seconds = parseUptime(text);
      assert.ok(seconds === null || Number.isFinite(seconds));
    }),
  );
});

test.run();
