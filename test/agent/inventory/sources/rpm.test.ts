import fc from "fast-check";
import initSqlJs from "sql.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rpmHeaderOf } from "../../../../agent/inventory/parse/rpm-header.ts";
import { tableRows } from "../../../../agent/inventory/parse/sqlite.ts";
import { rpm } from "../../../../agent/inventory/sources/rpm.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { readingOf, testInventorySource } from "../../../contracts/inventory-source.ts";
import { bdbOf, ndbOf, rpmPackage } from "../../../fixtures/rpm.ts";

const { Database } = await initSqlJs();

/** As rpm makes it: lib/backend/sqlite.c. */
function sqliteOf(blobs: readonly Uint8Array[], pageBytes = 4096): Uint8Array {
  const database = new Database();
  database.run(`PRAGMA page_size = ${pageBytes}`);
  database.run(
    "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)",
  );
  database.run("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL)");
  for (const blob of blobs) database.run("INSERT INTO Packages (blob) VALUES (?)", [blob]);
  const bytes = database.export();
  database.close();
  return bytes;
}

const bash = rpmPackage("bash", "5.2.15", [
  { tag: 1003, type: "int32", value: 2 },
  { tag: 1004, type: "i18n", value: ["The GNU Bourne Again shell", "Die Shell"] },
  { tag: 1008, type: "int32", value: 1_700_000_000 },
  { tag: 1009, type: "int32", value: 8_000_000 },
  { tag: 1011, type: "string", value: "Plant Linux" },
  { tag: 1014, type: "string", value: "GPL-3.0-or-later" },
  { tag: 1022, type: "string", value: "aarch64" },
  { tag: 1044, type: "string", value: "bash-shell-5.2.15-1.src.rpm" },
  { tag: 1116, type: "int32", value: [0, 1, 1] },
  { tag: 1117, type: "strings", value: ["bash", "bash", "README"] },
  { tag: 1118, type: "strings", value: ["/usr/bin/", "/usr/share/doc/"] },
]);
const key = rpmPackage("gpg-pubkey", "a0b1c2d3");
const large = rpmPackage("large", "1", [{ tag: 1004, type: "i18n", value: "x".repeat(50_000) }]);

const databases: [string, string, (blobs: readonly Buffer[]) => Uint8Array][] = [
  ["sqlite", "var/lib/rpm/rpmdb.sqlite", sqliteOf],
  ["ndb", "usr/lib/sysimage/rpm/Packages.db", ndbOf],
  ["bdb", "var/lib/rpm/Packages", (blobs) => bdbOf(blobs)],
  ["bdb of a big-endian device", "var/lib/rpm/Packages", (blobs) => bdbOf(blobs, false)],
];

for (const [, path, databaseOf] of databases) {
  testInventorySource(rpm, () => createMemoryHost({ [path]: databaseOf([bash, key, large]) }));
}

const test = suite("inventory: rpm: details");

const found = async (files: Record<string, Uint8Array>) =>
  (await rpm.find(readingOf(createMemoryHost(files)))).software ?? [];

for (const [name, path, databaseOf] of databases) {
  test(`${name}: every package, with what its header says`, async () => {
    const packages = await found({ [path]: databaseOf([bash, key, large]) });
    assert.equal(
      packages.map((one) => `${one.name} ${one.version}`),
      ["bash 2:5.2.15-1", "gpg-pubkey a0b1c2d3-1", "large 1-1"],
    );
    assert.equal(packages[0], {
      source: "rpm",
      kind: "package",
      name: "bash",
      version: "2:5.2.15-1",
      architecture: "aarch64",
      publisher: "Plant Linux",
      license: "GPL-3.0-or-later",
      summary: "The GNU Bourne Again shell",
      sourceName: "bash-shell",
      sourceVersion: "5.2.15-1",
      installedWallMs: 1_700_000_000_000,
      installedBytes: 8_000_000,
    });
  });

  test(`${name}: any bytes changed: read to an end`, async () => {
    const sound = Buffer.from(databaseOf([bash, key]));
    const change = fc.tuple(fc.nat(sound.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 40 }), async (changes) => {
        const broken = Buffer.from(sound);
        for (const [at, value] of changes) broken[at] = value;
        for (const one of await found({ [path]: broken })) assert.ok(one.name.length > 0);
      }),
      { numRuns: 60 },
    );
  });
}

test("an offset far past the header's end is a value that is not there", () => {
  const blob = rpmPackage("a", "1", [{ tag: 1003, type: "int32", value: 1 }]);
  blob.writeUInt32BE(0xff000000, 8 + 3 * 16 + 8); // Above 2^31, where bit operations change sign.
  assert.is(rpmHeaderOf(blob)!.number(1003), undefined);
});

test("files have their owners", async () => {
  const host = createMemoryHost({ "var/lib/rpm/rpmdb.sqlite": sqliteOf([key, bash]) });
  const owners = await rpm.ownersOf!(host, new Set(["usr/bin/bash", "usr/bin/README"]));
  assert.equal([...owners], [["usr/bin/bash", "bash"]]);
});

test("sqlite: pages of every size, blobs of every length, what SQLite itself wrote", async () => {
  const blobs = fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(blobs, fc.constantFrom(512, 1024, 4096, 65_536), async (wrote, pageBytes) => {
      const host = createMemoryHost({ db: sqliteOf(wrote, pageBytes) });
      const read: Buffer[] = [];
      for await (const [, blob] of tableRows(host, "db", "Packages")) read.push(blob as Buffer);
      assert.is(read.length, wrote.length);
      for (const [at, blob] of wrote.entries()) assert.ok(read[at]!.equals(blob));
    }),
    { numRuns: 30 },
  );
});

test("sqlite: interior pages of several levels", async () => {
  const wrote = Array.from({ length: 3000 }, (_, at) => Buffer.from(`row ${at} `.repeat(8)));
  const host = createMemoryHost({ db: sqliteOf(wrote, 512) });
  let count = 0;
  for await (const [, blob] of tableRows(host, "db", "Packages")) {
    assert.ok((blob as Buffer).equals(wrote[count++]!));
  }
  assert.is(count, wrote.length);
});

test.run();
