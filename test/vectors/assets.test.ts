/**
 * What devices say of themselves in the captures of ../shared/pcaps, as assets.golden.tsv has it. Written by
 * UPDATE_GOLDEN=1, and each row checked with tshark: the file's head says how. What is only guessed
 * (by OUI, frames, behaviour) is not in it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantFactName } from "../../agent/core/plant.ts";
import type { Asset } from "../../agent/traffic/asset-view.ts";
import { createAssetTable } from "../../agent/traffic/assets.ts";
import { instantiateCore } from "../../agent/traffic/core.ts";
import { createPlantTraffic } from "../../agent/traffic/plant.ts";
import { readCaptureFile } from "../../agent/traffic/sources/pcap-file.ts";
import { captureFolder } from "./captures.ts";

const test = suite("vectors: assets");

const core = instantiateCore(readFileSync(new URL("../../build/core.wasm", import.meta.url)));
const goldenFile = new URL("assets.golden.tsv", import.meta.url);
const golden = readFileSync(goldenFile, "utf8");

const columns = [
  "vendor",
  "product",
  "model",
  "order_number",
  "firmware",
  "hardware",
  "serial",
  "name",
] as const satisfies readonly PlantFactName[];

/** What the device itself said, by its own protocol or a discovery protocol: no banner, no guess. */
const sources = new Set([
  "bacnet device object",
  "cdp",
  "cip identity object",
  "dnp3 device attributes",
  "ethernet/ip list identity",
  "hart-ip identity",
  "lldp",
  "modbus device identification",
  "profinet dcp",
  "s7comm system status list",
  "snmp",
]);

async function rowsOf(capture: string): Promise<string[]> {
  const table = createAssetTable({ vendorOfMac: () => "" });
  const traffic = createPlantTraffic(core, {
    hashKey: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    onObservation: (observation) => table.observe(observation),
  });
  await readCaptureFile(captureFolder + capture, traffic);
  traffic.finish();
  return table.list().flatMap((asset) => rowOf(capture, asset));
}

function rowOf(capture: string, { id, facts }: Asset): string[] {
  const said = columns.map((name) =>
    facts.find((fact) => fact.name === name && sources.has(fact.source)),
  );
  if (said.every((fact) => fact === undefined)) return [];
  const by = new Set(said.flatMap((fact) => fact?.source ?? []));
  const row = [capture, id, ...said.map((fact) => fact?.value ?? "-"), [...by].join(", ")];
  return [row.join("\t")];
}

const captures = existsSync(captureFolder)
  ? readdirSync(captureFolder)
      .filter((name) => /\.pcap(ng)?$/.test(name))
      .sort()
  : [];

const all: string[] = [];
for (const capture of captures) {
  test(`${capture}: vendor, product, firmware, serial number as in the golden table`, async () => {
    const rows = await rowsOf(capture);
    all.push(...rows);
    const wanted = golden.split("\n").filter((row) => row.startsWith(`${capture}\t`));
    if (process.env.UPDATE_GOLDEN === undefined) assert.equal(rows, wanted);
  });
}

test.after(() => {
  if (process.env.UPDATE_GOLDEN === undefined) return;
  const head = golden.split("\n").filter((line) => line.startsWith("#"));
  const names = ["# capture", "asset", ...columns, "sources"].join("\t");
  const comments = head.filter((line) => !line.startsWith("# capture"));
  writeFileSync(goldenFile, `${[...comments, names, ...all].join("\n")}\n`);
});

test.run();
