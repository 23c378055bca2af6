import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseCidr, parseIp } from "../../../../agent/detect/ip.ts";
import { networkOf, networkSteps } from "../../../../agent/detect/learning/networks.ts";

const test = suite("detect: learning: networks");

test("the network of an address contains it, in the characters that AWS takes", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    // Many zeros: the places that "::" can stand for.
    fc
      .array(fc.constantFrom("0", "0", "1", "10", "abc0"), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.join(":")),
  );
  fc.assert(
    fc.property(address, fc.constantFrom(...networkSteps), (text, step) => {
      const ip = parseIp(text)!;
      const network = networkOf(text, step)!;
      assert.match(network, /^[a-f0-9:./]{2,43}$/);
      const cidr = parseCidr(network);
      assert.ok(cidr !== null, `${text}: ${network}`);
      const prefix = ip.bits === 32 ? step[0] : step[1];
      assert.ok(cidr.bits === ip.bits && cidr.first <= ip.value && ip.value <= cidr.last);
      assert.is(cidr.last - cidr.first + 1n, 1n << BigInt(ip.bits - prefix));
    }),
    { numRuns: 2000 },
  );
});

test("as RFC 5952 writes it", () => {
  assert.is(networkOf("2001:db8:0:0:1:0:0:1", [32, 128]), "2001:db8::1:0:0:1");
  assert.is(networkOf("2001:db8:0:7::9", [24, 64]), "2001:db8:0:7::/64");
  assert.is(networkOf("::1", [32, 128]), "::1");
  assert.is(networkOf("fe80::1%eth0", [16, 48]), "fe80::/48");
  assert.is(networkOf("10.1.2.3", [24, 64]), "10.1.2.0/24");
  assert.is(networkOf("plant.example", [24, 64]), null);
});

test.run();
