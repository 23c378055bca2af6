import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { networkInterfaces, parseNetDev } from "../../../agent/collectors/network-interfaces.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(networkInterfaces, modernGateway);

const test = suite("collectors: network-interfaces: details");

const counts = "1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0";

test("an old kernel leaves no space after the colon", () => {
  assert.is(parseNetDev(`  eth0:${counts}\n`).get("eth0")?.receiveBytes, 1);
  assert.is(parseNetDev(`  eth0:${counts}\n`).get("eth0")?.transmitDrop, 8);
});

test("a name may hold a colon", () => {
  assert.equal([...parseNetDev(`eth0:1: ${counts}\n`).keys()], ["eth0:1"]);
});

test("names that would lead elsewhere in /sys are no interfaces", () => {
  for (const name of ["..", ".", "a/b", "sixteen-letters-", ""]) {
    assert.is(parseNetDev(`${name}: ${counts}\n`).size, 0);
  }
});

test("an interface made again has another index", async () => {
  const host = createMemoryHost({
    "proc/net/dev": `wwan0: ${counts}\n`,
    "sys/class/net/wwan0/ifindex": "7\n",
  });
  assert.is((await networkInterfaces.collect(host)).network_interface_index.get("wwan0"), 7);
  host.files.set("sys/class/net/wwan0/ifindex", "9\n");
  assert.is((await networkInterfaces.collect(host)).network_interface_index.get("wwan0"), 9);
  host.files.delete("sys/class/net/wwan0/ifindex");
  assert.is((await networkInterfaces.collect(host)).network_interface_index.size, 0);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parseNetDev(text);
      parseNetDev(`eth0: ${text}`);
    }),
  );
});

test.run();
