import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseMillidegrees, temperature } from "../../../agent/collectors/temperature.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(temperature, modernGateway);

const test = suite("collectors: temperature: details");

test("frost is a reading, what no electronics survives is none", () => {
  assert.is(parseMillidegrees("-12500\n"), -12.5);
  assert.is(parseMillidegrees("-273000\n"), null);
  assert.is(parseMillidegrees("65535000\n"), null);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const celsius = parseMillidegrees(text);
      assert.ok(celsius === null || Number.isFinite(celsius));
    }),
  );
});

test.run();
