import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressText, macText } from "../../../agent/traffic/address-text.ts";

const test = suite("traffic: addresses as text");

test("writes addresses as RFC 5952 and RFC 4291 say", () => {
  const text = (...groups: number[]) => {
    const view = new DataView(new ArrayBuffer(16));
    groups.forEach((group, i) => {
      view.setUint16(i * 2, group);
    });
    return addressText(view, 0);
  };
  assert.is(text(0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x0102), "192.168.1.2");
  assert.is(text(0, 0, 0, 0, 0, 0, 0, 0), "::");
  assert.is(text(0, 0, 0, 0, 0, 0, 0, 1), "::1");
  assert.is(text(0xfe80, 0, 0, 0, 0, 0, 0, 0), "fe80::");
  assert.is(text(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), "2001:db8:0:1:1:1:1:1");
  assert.is(text(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), "2001:db8::1:0:0:1");
  assert.is(text(1, 0, 0, 2, 0, 0, 0, 3), "1:0:0:2::3");
  assert.is(
    macText(new DataView(Uint8Array.of(9, 0, 0xab, 1, 2, 3, 4).buffer), 1),
    "00:ab:01:02:03:04",
  );
});

test.run();
