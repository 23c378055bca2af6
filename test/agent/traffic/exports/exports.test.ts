import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseAllDocuments } from "yaml";
import { assetExports, assetFormats } from "../../../../agent/traffic/exports/index.ts";
import { assets, exportContext } from "../../../fixtures/assets.ts";

const test = suite("traffic: exports");

const encode = async (format: keyof typeof assetExports, list = assets) =>
  (await assetExports[format]()).encode(list, exportContext);

const readJson = (path: string | URL) => JSON.parse(readFileSync(path, "utf8"));

function cycloneDxValidator() {
  const folder = join(
    createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json"),
    "../res/schema",
  );
  // Formats that the schema has for e-mail addresses and references, which we do not write.
  const ajv = new Ajv({ strict: false, formats: { "idn-email": true, "iri-reference": true } });
  addFormats.default(ajv);
  for (const name of ["spdx", "jsf-0.82"]) {
    const file = `${name}.SNAPSHOT.schema.json`;
    ajv.addSchema(readJson(join(folder, file)), `http://cyclonedx.org/schema/${file}`);
  }
  return ajv.compile(readJson(join(folder, "bom-1.6.SNAPSHOT.schema.json")));
}

test("each format takes an empty list and ends its last line", async () => {
  for (const format of assetFormats) {
    for (const list of [assets, []]) {
      const text = await encode(format, list);
      assert.ok(text === "" || text.endsWith("\n"), format);
      assert.is(text, await encode(format, list));
    }
  }
});

test("a guessed MAC address is told only where it is told to be one", async () => {
  for (const format of assetFormats) {
    assert.is((await encode(format)).includes("00:1b:1b:00:00:99"), format === "json", format);
  }
});

test("json: everything", async () => {
  assert.equal(JSON.parse(await encode("json")).assets, assets);
});

test("csv: a row for each, and no formula", async () => {
  const lines = (await encode("csv")).trimEnd().split("\r\n");
  assert.is(lines.length, assets.length + 1);
  assert.match(lines[0]!, /^id,addresses,macs,behind,objects,role,name,vendor,product,/);
  assert.match(lines[1]!, /^10\.0\.0\.2,10\.0\.0\.2 fd00::2,00:1b:1b:00:00:01,,unit 1,PLC,plc-7,/);
  assert.match(lines.at(-1)!, `,"'=cmd|""/c calc""!A1",'@evil: [yaml] #,"a, ""b""",`);
});

test("cyclonedx: valid by the published schema, devices with their firmware", async () => {
  const validate = cycloneDxValidator();
  const bom = JSON.parse(await encode("cyclonedx"));
  validate(bom);
  assert.equal(validate.errors ?? [], []);
  assert.is(bom.specVersion, "1.6");
  assert.is(bom.components.length, assets.length);
  const plc = bom.components.find((one: { "bom-ref": string }) => one["bom-ref"] === "10.0.0.2");
  assert.equal([plc.type, plc.name, plc.version], ["device", "EC-1000", "3"]);
  assert.is(plc.manufacturer.name, "Example Makers");
  assert.equal([plc.components[0].type, plc.components[0].version], ["firmware", "V2.1"]);
  const property = (name: string) =>
    plc.properties.find((one: { name: string }) => one.name === name)?.value;
  assert.is(property("cdx:device:serialNumber"), "SN0042");
  assert.is(property("cdx:device:macAddress"), "00:1b:1b:00:00:01");
  assert.is(property("fieldwarden:source:vendor"), "oui, confidence 0.4");
  assert.equal(plc.components[0].evidence.identity[0].methods, [
    { technique: "other", confidence: 0.95, value: "modbus device identification" },
  ]);
  assert.not.ok(validate({ ...bom, components: [{ type: "device" }] }));
});

test("ocsf: each line a valid Device Inventory Info of 1.7.0", async () => {
  const file = "../../../fixtures/ocsf/device-inventory-info-1.7.0.schema.json";
  const schema = readJson(new URL(file, import.meta.url));
  const options = { strict: true, strictTypes: false, strictRequired: false, allErrors: true };
  const validate = new Ajv2020(options).compile(schema);
  const events = (await encode("ocsf"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.is(events.length, assets.length);
  for (const event of events) {
    validate(event);
    assert.equal(validate.errors ?? [], []);
  }
  const [plc, network] = events.map(({ device }) => device);
  assert.equal(
    [plc.type_id, plc.vendor_name, plc.hw_info.serial_number],
    [7, "Example Makers", "SN0042"],
  );
  assert.equal(plc.network_interfaces[1], { ip: "fd00::2", mac: "00:1b:1b:00:00:01", type_id: 1 });
  assert.is(network.type_id, 10);
  for (const bad of [
    { ...events[0], class_uid: 2004 },
    { ...events[0], device: {} },
  ]) {
    assert.not.ok(validate(bad));
  }
});

test("netbox: documents whose names fit together, within its columns", async () => {
  const documents = parseAllDocuments(await encode("netbox"));
  assert.equal(
    documents.flatMap(({ errors }: { errors: unknown[] }) => errors),
    [],
  );
  const [sites, manufacturers, types, roles, devices, interfaces, macs, addresses] = documents.map(
    (document: { toJS(): unknown }) => document.toJS() as Record<string, string>[],
  );
  const names = (rows: Record<string, string>[] | undefined, key = "name") =>
    rows!.map((row) => row[key]!);
  assert.is(new Set(names(devices).map((name) => name.toLowerCase())).size, assets.length);
  assert.is(new Set(names(manufacturers, "slug")).size, manufacturers!.length);
  for (const device of devices!) {
    assert.ok(names(sites).includes(device.site!));
    assert.ok(names(manufacturers).includes(device.manufacturer!));
    assert.ok(names(roles).includes(device.role!));
    assert.ok(
      types!.some(
        ({ model, manufacturer }) =>
          model === device.device_type && manufacturer === device.manufacturer,
      ),
    );
    assert.ok(device.name!.length <= 64 && device.serial!.length <= 50);
    assert.ok(device.description!.length <= 200);
  }
  for (const row of [...interfaces!, ...macs!, ...addresses!]) {
    assert.ok(names(devices).includes(row.device!));
  }
  assert.equal(
    macs!.map(({ mac_address, is_primary }) => [mac_address, is_primary]),
    [
      ["00:1b:1b:00:00:01", true],
      ["00:1b:1b:00:00:02", true],
      ["00:1b:1b:00:00:03", false],
    ],
  );
  assert.is(names(addresses, "address")[1], "fd00::2/128");
});

test.run();
