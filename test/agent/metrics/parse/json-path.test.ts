import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseJsonPath, valuesAt } from "../../../../agent/metrics/parse/json-path.ts";

const test = suite("metrics: json path");
const document = { a: { "b.c": [1, { d: 2 }, [3, 4]] }, list: [{ n: "x" }, { n: "y" }, {}] };

test("leads to names, quoted names, items and all items", () => {
  const at = (path: string) => valuesAt(document, parseJsonPath(path)!);
  assert.equal(at(""), [document]);
  assert.equal(at("$"), [document]);
  assert.equal(at('a["b.c"][1].d'), [2]);
  assert.equal(at('$.a["b.c"][2][1]'), [4]);
  assert.equal(at("list[*].n"), ["x", "y"]);
  assert.equal(at("list[2].n"), []);
  assert.equal(at("list.n"), []);
  assert.equal(at("a.b.c.toString"), []);
  assert.equal(valuesAt(null, parseJsonPath("constructor")!), []);
});

test("what is no path is said to be none", () => {
  for (const path of ["a..b", "a[", "a[-1]", "a[x]", ".a", 'a["b]', "a b"]) {
    assert.is(parseJsonPath(path), null, path);
  }
});

test("any text is a path or not, and any path leads somewhere or nowhere", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.jsonValue(), (text, value) => {
      const steps = parseJsonPath(text);
      if (steps !== null) assert.ok(Array.isArray(valuesAt(value, steps)));
    }),
  );
});

test.run();
