/** Every document against its schema: a full inventory, an empty one, and hostile texts everywhere. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Inventory } from "../../../../agent/core/inventory.ts";
import { inventoryFormats } from "../../../../agent/inventory/formats/index.ts";
import {
  SSM_ALL_BYTES_MAX,
  SSM_ENTRIES_MAX,
  SSM_TYPE_BYTES_MAX,
} from "../../../../agent/inventory/formats/ssm.ts";
import { hostileInventory, inventoryOf } from "../../../fixtures/inventory.ts";

const test = suite("inventory: formats");
const speaker = { thing: "gateway-1", version: "1.2.3" };

const encoded = async (name: string, inventory: Inventory): Promise<string> =>
  (await inventoryFormats[name]!()).encode(inventory, speaker);

const fixture = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/${path}`, import.meta.url), "utf8"));

/** The schemas that the CycloneDX library ships, which are those of cyclonedx.org. */
function cyclonedxValidator() {
  const library = createRequire(import.meta.url).resolve(
    "@cyclonedx/cyclonedx-library/package.json",
  );
  const schema = (name: string) =>
    JSON.parse(readFileSync(library.replace("package.json", `res/schema/${name}`), "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat("iri-reference", /^[^\s<>"{}|\\^`]*$/);
  ajv.addFormat("idn-email", true);
  ajv.addSchema(
    schema("spdx.SNAPSHOT.schema.json"),
    "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json",
  );
  ajv.addSchema(
    schema("jsf-0.82.SNAPSHOT.schema.json"),
    "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json",
  );
  return ajv.compile(schema("bom-1.6.SNAPSHOT.schema.json"));
}

function strictValidator(path: string) {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
  });
  addFormats.default(ajv);
  return ajv.compile(fixture(path));
}

/** What PutInventory's model says of an item; the limits in bytes are looked at apart. */
const validateItems = new Ajv2020({ strict: true }).compile({
  type: "array",
  items: {
    type: "object",
    required: ["TypeName", "SchemaVersion", "CaptureTime"],
    additionalProperties: false,
    properties: {
      TypeName: { type: "string", pattern: "^(AWS|Custom):.*$", minLength: 1, maxLength: 100 },
      SchemaVersion: { type: "string", pattern: "^([0-9]{1,6})(\\.[0-9]{1,6})$" },
      CaptureTime: {
        type: "string",
        pattern:
          "^(20)[0-9][0-9]-(0[1-9]|1[012])-([12][0-9]|3[01]|0[1-9])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
      },
      ContentHash: { type: "string", maxLength: 256 },
      Content: {
        type: "array",
        maxItems: 10_000,
        items: {
          type: "object",
          maxProperties: 50,
          propertyNames: { minLength: 1, maxLength: 64 },
          additionalProperties: { type: "string", maxLength: 4096 },
        },
      },
    },
  },
});

const validators = {
  cyclonedx: cyclonedxValidator(),
  spdx: strictValidator("spdx/document-2.3.schema.json"),
  ocsf: strictValidator("ocsf/inventory-1.7.0.schema.json"),
  ssm: validateItems,
};

async function assertValid(name: keyof typeof validators, inventory: Inventory): Promise<void> {
  const text = await encoded(name, inventory);
  for (const one of name === "ocsf" ? text.split("\n") : [text]) {
    validators[name](JSON.parse(one));
    assert.equal(validators[name].errors ?? [], [], name);
  }
}

const empty = inventoryOf({ software: [], hardware: [], services: [], processes: [], system: {} });
const names = Object.keys(validators) as (keyof typeof validators)[];

for (const name of names) {
  test(`${name}: a full inventory and an empty one are valid`, async () => {
    await assertValid(name, inventoryOf());
    await assertValid(name, empty);
    await assertValid(name, { ...empty, takenWallMs: 0 });
  });

  test(`${name}: valid whatever the device's files say`, async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "cpe:2.3:a",
        "cpe:/a:b",
        "http://[",
        "https://a b/",
        "../..",
        "\0",
        "a".repeat(9000),
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, (text) => assertValid(name, hostileInventory(text))),
      { numRuns: 20 },
    );
  });
}

test("the schemas say no", async () => {
  const broken = JSON.parse(await encoded("cyclonedx", inventoryOf()));
  broken.components[0].type = "thing";
  assert.not.ok(validators.cyclonedx(broken));
  const spdx = JSON.parse(await encoded("spdx", inventoryOf()));
  assert.not.ok(validators.spdx({ ...spdx, packages: [{ SPDXID: "1", name: "a" }] }));
  const [device] = (await encoded("ocsf", inventoryOf())).split("\n");
  assert.not.ok(validators.ocsf({ ...JSON.parse(device!), class_uid: 5002 }));
  assert.not.ok(validateItems([{ TypeName: "Mine", SchemaVersion: "1.0", CaptureTime: "now" }]));
});

test("cyclonedx: purls, references that are unique, and the device on top", async () => {
  const bom = JSON.parse(await encoded("cyclonedx", inventoryOf()));
  const purls = bom.components.flatMap(({ purl }: { purl?: string }) => purl ?? []);
  for (const purl of [
    "pkg:deb/debian/libssl3@1:3.0.15-1~deb12u1?arch=amd64&distro=debian-12",
    "pkg:rpm/debian/bash@5.2.15-3.fc38?arch=aarch64&distro=debian-12&epoch=2",
    "pkg:npm/%40types/node@20.1.0",
    "pkg:pypi/cython-x@3.0",
    "pkg:golang/github.com/a/b@v1.2.3",
    "pkg:maven/org.a/log4j@2.14.1",
    "pkg:generic/dnsmasq@2.86-1",
  ]) {
    assert.ok(purls.map(decodedVersion).includes(decodedVersion(purl)), `${purl} in ${purls}`);
  }
  const refs = bom.components.map((one: Record<string, string>) => one["bom-ref"]);
  assert.is(new Set(refs).size, refs.length);
  assert.is(bom.metadata.component.name, "gateway-1");
  assert.is(await encoded("cyclonedx", inventoryOf()), JSON.stringify(bom), "the same each time");
});

/** A colon in a version may be written either way: ECMA-427 §5.4. */
const decodedVersion = (purl: string) => purl.replace(/%3A/g, ":");

test("spdx: known licences are declared, others are quoted", async () => {
  const { packages } = JSON.parse(await encoded("spdx", inventoryOf()));
  const of = (name: string) => packages.find((one: { name: string }) => one.name === name);
  assert.is(of("libssl3").licenseDeclared, "Apache-2.0");
  assert.is(of("bash").licenseDeclared, "NOASSERTION");
  assert.is(of("bash").licenseComments, "GPL-3.0-or-later AND (MIT OR Plant-Private)");
  assert.is(
    of("libssl3").supplier,
    "Organization: Debian OpenSSL Team (pkg-openssl@plant.example)",
  );
});

test("ssm: applications as AWS's own agent writes them", async () => {
  const items = JSON.parse(await encoded("ssm", inventoryOf()));
  const contentOf = (type: string) =>
    items.find(({ TypeName }: { TypeName: string }) => TypeName === type).Content;
  const [libssl, bash] = contentOf("AWS:Application");
  assert.is(libssl.Architecture, "x86_64");
  assert.is(libssl.PackageId, "libssl3_1:3.0.15-1~deb12u1_amd64.deb");
  assert.equal([bash.Epoch, bash.Version, bash.Release], ["2", "5.2.15", "3.fc38"]);
  assert.is(contentOf("AWS:Network")[0].IPV4, "10.0.0.2 10.0.0.3");
  assert.equal(contentOf("AWS:Service")[0].Status, "Running");
  assert.is(contentOf("Custom:RunningProgram")[0].Package, "none");
});

test("ssm: more than AWS takes is cut to its limits", async () => {
  const [one] = inventoryOf().software;
  const summary = "x".repeat(4000);
  const software = Array.from({ length: 10_500 }, (_, at) => ({ ...one!, name: `a${at}` }));
  const large = software.slice(0, 3000).map((item) => ({ ...item, summary }));
  for (const many of [software, large]) {
    const text = await encoded("ssm", inventoryOf({ software: many }));
    assert.ok(text.length <= SSM_ALL_BYTES_MAX);
    for (const { Content } of JSON.parse(text)) {
      assert.ok(Content.length <= SSM_ENTRIES_MAX);
      assert.ok(JSON.stringify(Content).length <= SSM_TYPE_BYTES_MAX);
    }
  }
});

test.run();
