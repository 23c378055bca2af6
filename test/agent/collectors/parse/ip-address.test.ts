import { isIP, isIPv6 } from "node:net";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ipv4TextOf,
  ipv4ValueOf,
  ipv6TextOf,
} from "../../../../agent/collectors/parse/ip-address.ts";

const test = suite("collectors: parse: ip addresses");

const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });

test("IPv6 is compressed as RFC 5952 §4 says", () => {
  const cases: [number[], string][] = [
    [[0x2001, 0xdb8, 0, 0, 0, 0, 2, 1], "2001:db8::2:1"],
    [[0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"],
    [[0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1"],
    [[0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"],
    [[0, 0, 0, 0, 0, 0, 0, 0], "::"],
    [[0, 0, 0, 0, 0, 0, 0, 1], "::1"],
    [[0xfe80, 0, 0, 0, 0, 0, 0, 0], "fe80::"],
    [[0, 0, 0, 0, 0, 0xffff, 0x0a14, 5], "10.20.0.5"],
    [[0, 0, 0, 0, 0, 0xffff, 0, 0], "0.0.0.0"],
    [[0, 0, 0, 0, 0xffff, 0, 0x0a14, 5], "::ffff:0:a14:5"],
  ];
  for (const [value, text] of cases) assert.is(ipv6TextOf(value), text);
});

test("IPv6 text is what the URL parser, another implementation, makes of the same address", () => {
  fc.assert(
    fc.property(groups, (value) => {
      const text = ipv6TextOf(value);
      assert.ok(isIP(text) > 0, text);
      if (!isIPv6(text)) return;
      const full = value.map((group) => group.toString(16)).join(":");
      assert.is(`[${text}]`, new URL(`http://[${full}]/`).hostname);
    }),
  );
});

test("IPv4 goes to text and back", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (value) => {
      assert.is(ipv4ValueOf(ipv4TextOf(value)), value);
    }),
  );
});

test("what is no IPv4 address has no value", () => {
  for (const text of ["", "::1", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.b.c.d"]) {
    assert.is(ipv4ValueOf(text), null);
  }
});

test.run();
