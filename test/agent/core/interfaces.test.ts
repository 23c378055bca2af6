import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createInterfaceFilter } from "../../../agent/core/interfaces.ts";

const test = suite("core: interfaces");

const names = ["lo", "eth0", "eth1", "wwan0", "docker0", "veth1a2b"];
const kept = (include: string[], exclude: string[]) =>
  names.filter(createInterfaceFilter(include, exclude));

test("by default every interface but lo", () => {
  assert.equal(kept([], []), ["eth0", "eth1", "wwan0", "docker0", "veth1a2b"]);
});

test("include alone decides, lo too", () => {
  assert.equal(kept(["eth*"], []), ["eth0", "eth1"]);
  assert.equal(kept(["*"], []), names);
  assert.equal(kept(["lo", "eth?"], []), ["lo", "eth0", "eth1"]);
});

test("exclude takes away from either", () => {
  assert.equal(kept([], ["docker*", "veth*"]), ["eth0", "eth1", "wwan0"]);
  assert.equal(kept(["eth*"], ["eth1"]), ["eth0"]);
});

test("all but * and ? is literal, and the whole name must match", () => {
  assert.not(createInterfaceFilter(["eth."], [])("eth0"));
  assert.ok(createInterfaceFilter(["br-[1]"], [])("br-[1]"));
  assert.not(createInterfaceFilter(["eth"], [])("eth0"));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const literal = text.replace(/[*?]/g, "");
      assert.ok(createInterfaceFilter([literal], [])(literal));
      assert.ok(createInterfaceFilter([`${literal}*`], [])(`${literal}x`));
    }),
  );
});

test.run();
