import { suite } from "uvu";
import * as assert from "uvu/assert";
import { assetsOptionsOf, createAssetsObserver } from "../../../../agent/cli/watch/assets.ts";
import { FieldwardenError } from "../../../../agent/core/errors.ts";
import { assetFormats } from "../../../../agent/traffic/exports/index.ts";
import { encodeOui } from "../../../../scripts/lib/oui-encode.ts";

const test = suite("cli: watch: assets");

const io = {
  version: "0.1.0",
  loadOui: async () => encodeOui([["001B1B", "Example Makers"]]),
};
const observation = {
  fromMs: 0,
  untilMs: 60_000,
  commands: [],
  conversations: [],
  facts: [
    {
      subject: { address: "10.0.0.2" },
      name: "mac",
      value: "00:1b:1b:00:00:01",
      source: "arp",
      confidence: 0.95,
      atMs: 100,
    },
    {
      subject: { address: "10.0.0.2" },
      name: "firmware",
      value: "V2.1",
      source: "lldp",
      confidence: 0.85,
      atMs: 100,
    },
  ],
  lostCount: 0,
} as const;

test("which options go together", () => {
  assert.is(assetsOptionsOf({}), null);
  assert.equal(assetsOptionsOf({ assets: true, json: true }), { format: null });
  for (const format of assetFormats) {
    assert.equal(assetsOptionsOf({ assets: true, format }), { format });
  }
  for (const values of [
    { format: "csv" },
    { assets: true, format: "xml" },
    { assets: true, format: "csv", json: true },
  ]) {
    assert.throws(
      () => assetsOptionsOf(values),
      (error: unknown) => error instanceof FieldwardenError,
    );
  }
});

test("a line for each asset, and a member of the object", async () => {
  const observer = await createAssetsObserver({ format: null }, io);
  observer.observe(observation);
  assert.equal(observer.lines?.(), [
    "",
    "1 assets",
    "  10.0.0.2  00:1b:1b:00:00:01  Example Makers, firmware V2.1",
  ]);
  const members = observer.members?.() as { assets: { vendor: string }[]; assets_lost: number };
  assert.equal([members.assets[0]?.vendor, members.assets_lost], ["Example Makers", 0]);
  assert.is(observer.document, undefined);
});

test("a format is all that is printed", async () => {
  const observer = await createAssetsObserver({ format: "cyclonedx" }, io);
  observer.observe(observation);
  const bom = JSON.parse(observer.document?.() ?? "");
  assert.is(bom.metadata.timestamp, "1970-01-01T00:01:00.000Z");
  assert.is(bom.components[0].manufacturer.name, "Example Makers");
});

test.run();
