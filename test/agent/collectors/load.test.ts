import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { load, parseLoadavg } from "../../../agent/collectors/load.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(load, modernGateway);

const test = suite("collectors: load: details");

test("reads three averages or none", () => {
  assert.equal(parseLoadavg("0.42 0.35 0.30 2/318 4711\n"), [0.42, 0.35, 0.3]);
  assert.is(parseLoadavg("0.42 0.35\n"), null);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parseLoadavg(text);
      parseLoadavg(`${text} ${text} 1.0`);
    }),
  );
});

test.run();
