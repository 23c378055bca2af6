import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createHistory } from "../../../sim/emulator/history.ts";
import { createThings } from "../../../sim/emulator/things.ts";

const test = suite("emulator: history");

test("keeps the newest within every limit, and the counts are those of what is kept", () => {
  const entry = fc.record(
    { thing: fc.constantFrom("a", "b", "c"), bytes: fc.nat(30) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      const history = createHistory<(typeof entries)[number]>({
        perThingMax: 4,
        allMax: 9,
        bytesMax: 100,
      });
      for (const one of entries) history.add({ ...one });
      const kept = history.newest(null, 1000);
      assert.is(history.size, kept.length);
      assert.is(history.countOf(null), kept.length);
      assert.ok(kept.length <= 9);
      assert.is(
        history.bytes,
        kept.reduce((total, { bytes }) => total + bytes, 0),
      );
      assert.ok(history.bytes <= 100);
      for (const thing of ["a", "b", "c"]) {
        const ofThing = history.newest(thing, 1000);
        assert.ok(ofThing.length <= 4);
        assert.is(history.countOf(thing), ofThing.length);
        const newest = entries.filter((one) => one.thing === thing).reverse();
        assert.equal(ofThing, newest.slice(0, ofThing.length));
      }
    }),
  );
});

test("of too many things the one silent longest is forgotten", () => {
  const things = createThings(2);
  things.touch("a").accepted = 1;
  things.touch("b");
  things.touch("a");
  things.touch("c");
  assert.equal(
    [...things.all()].map(({ thing, accepted }) => [thing, accepted]),
    [
      ["a", 1],
      ["c", 0],
    ],
  );
});

test.run();
