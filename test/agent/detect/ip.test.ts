import { BlockList, isIP } from "node:net";
import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressOf, parseCidr, parseIp } from "../../../agent/detect/ip.ts";

const test = suite("detect: addresses and networks");

test("reads what Node reads as an address, and nothing else", () => {
  const mangled = fc
    .tuple(
      fc.oneof(fc.ipV4(), fc.ipV6()),
      fc.nat(40),
      fc.constantFrom("", ":", ".", "0", "g", "::"),
    )
    .map(([address, at, text]) => address.slice(0, at) + text + address.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), mangled), (text) => {
      assert.is(parseIp(text) !== null, isIP(text) !== 0, text);
    }),
    { numRuns: 3_000 },
  );
});

test("a network has the addresses that Node's BlockList finds in it", () => {
  const near = (address: fc.Arbitrary<string>, bitsMax: number) =>
    fc.tuple(address, fc.integer({ min: 0, max: bitsMax }), address, fc.nat(bitsMax));
  fc.assert(
    fc.property(fc.oneof(near(fc.ipV4(), 32), near(fc.ipV6(), 128)), ([network, bits, other]) => {
      const family = network.includes(":") ? "ipv6" : "ipv4";
      const list = new BlockList();
      list.addSubnet(network, bits, family);
      const { first, last, bits: width } = parseCidr(`${network}/${bits}`)!;
      for (const address of [network, other]) {
        const ip = parseIp(address)!;
        const isIn = ip.bits === width && first <= ip.value && ip.value <= last;
        if (isMapped(network) || isMapped(address)) continue;
        assert.is(isIn, list.check(address, family), `${address} in ${network}/${bits}`);
      }
    }),
    { numRuns: 1_000 },
  );
});

const isMapped = (address: string) => /ffff/i.test(address);

test("mapped IPv4 is IPv4", () => {
  assert.equal(parseIp("::ffff:10.0.0.1"), parseIp("10.0.0.1"));
  assert.equal(parseCidr("::ffff:10.0.0.0/104"), parseCidr("10.0.0.0/8"));
  assert.is(parseCidr("::ffff:10.0.0.0/90"), null);
});

test("networks that are none", () => {
  for (const text of [
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "010.0.0.0/8",
    "::/129",
  ]) {
    assert.is(parseCidr(text), null, text);
  }
  assert.equal(parseCidr("10.1.2.3/8"), parseCidr("10.0.0.0/8"));
});

test("the address of a remote end", () => {
  for (const [remote, address] of [
    ["192.0.2.1:80", "192.0.2.1"],
    ["[2001:db8::1]:80", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["192.0.2.1", "192.0.2.1"],
  ] as const) {
    assert.is(addressOf(remote), address);
  }
});

test.run();
