import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createOuiLookup } from "../../../agent/traffic/oui.ts";
import { encodeOui } from "../../../scripts/lib/oui-encode.ts";

const test = suite("traffic: oui");

const makers: [string, string][] = [
  ["F00001", "Last"],
  ["001B1B", "Größe GmbH"],
  ["70B3D5", "IEEE Registration Authority"],
  ["70B3D5A12", "Small Maker"],
  ["70B3D5A13", "Small Maker"],
  ["2C279E1", "Middle Maker"],
  ["000000", "First"],
];

test("the longest prefix names the maker", () => {
  const vendorOf = createOuiLookup(encodeOui(makers));
  for (const [mac, name] of [
    ["00:00:00:12:34:56", "First"],
    ["00:1b:1b:12:34:56", "Größe GmbH"],
    ["f0:00:01:12:34:56", "Last"],
    ["2c:27:9e:1f:ff:ff", "Middle Maker"],
    ["2c:27:9e:2f:ff:ff", ""],
    ["70:b3:d5:a1:2f:ff", "Small Maker"],
    ["70:b3:d5:a1:4f:ff", "IEEE Registration Authority"],
    ["ff:ff:ff:ff:ff:ff", ""],
  ] as const) {
    assert.is(vendorOf(mac), name, mac);
  }
});

test("an empty table names nobody", () => {
  assert.is(createOuiLookup(encodeOui([]))("00:1b:1b:00:00:01"), "");
});

test.run();
