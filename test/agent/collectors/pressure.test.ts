import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parsePressure, pressure } from "../../../agent/collectors/pressure.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(pressure, modernGateway);

const test = suite("collectors: pressure: details");

test("before 5.13 the CPU file has no full line", () => {
  const { some, full } = parsePressure("some avg10=50.00 avg60=6.43 avg300=3.23 total=1500000\n");
  assert.equal(some, { avg10Ratio: 0.5, totalSeconds: 1.5 });
  assert.is(full, undefined);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parsePressure(text);
      parsePressure(`some avg10=${text} avg60=1 avg300=1 total=${text}`);
    }),
  );
});

test.run();
