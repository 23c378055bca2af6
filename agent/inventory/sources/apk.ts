/**
 * Alpine's and OpenWrt's packages, from apk's list of what is installed. apk 2 and 3 write the same
 * text (apk-package(5), apk_pkg_write_index_entry and apk_db_fdb_write): a letter, a colon and a value a
 * line, an empty line after each package; 3 keeps it below usr where the distribution merged /usr.
 */
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { firstTextOf, present, textOrNull } from "../parse/read.ts";
import { linesOf } from "../parse/stanzas.ts";

const paths = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

export const apk = defineInventorySource({
  name: "apk",
  help: "Alpine and OpenWrt packages of apk 2 and 3, from lib/apk/db/installed.",
  async find({ host }) {
    const { text } = await firstTextOf(host, paths);
    return { software: [...packagesOf(text)].flatMap((one) => softwareOf(one) ?? []) };
  },
  ownersOf,
});

interface ApkPackage {
  fields: ReadonlyMap<string, string>;
  /** Without leading slash. Folders come as F lines, files in them as R lines. */
  files: readonly string[];
}

function* packagesOf(text: string, withFiles = false): Generator<ApkPackage> {
  let fields = new Map<string, string>();
  let files: string[] = [];
  let folder = "";
  for (const line of linesOf(text)) {
    if (line === "") {
      if (fields.size > 0) yield { fields, files };
      fields = new Map();
      files = [];
      continue;
    }
    if (line[1] !== ":") continue;
    const [letter, value] = [line[0]!, line.slice(2)];
    if (letter === "F") folder = value;
    else if (letter === "R") {
      if (withFiles) files.push(folder === "" ? value : `${folder}/${value}`);
    } else if (!fields.has(letter)) fields.set(letter, value);
  }
  if (fields.size > 0) yield { fields, files };
}

function softwareOf({ fields }: ApkPackage): Software | null {
  const name = fields.get("P");
  if (!name) return null;
  const installedBytes = Number(fields.get("I"));
  return {
    source: "apk",
    kind: "package",
    name,
    version: fields.get("V") ?? "",
    ...present({
      architecture: fields.get("A"),
      publisher: fields.get("m"),
      license: fields.get("L"),
      summary: fields.get("T"),
      homepage: fields.get("U"),
      sourceName: fields.get("o"),
      installedBytes: installedBytes > 0 ? installedBytes : undefined,
      // Letters for what is broken: f files, s scripts, x extended attributes, S the file's hash.
      state: fields.get("f"),
    }),
  };
}

async function ownersOf(host: Host, wanted: ReadonlySet<string>): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const path of paths) {
    const text = (await textOrNull(host, path)) ?? "";
    for (const { fields, files } of packagesOf(text, true)) {
      for (const file of files) if (wanted.has(file)) owners.set(file, fields.get("P") ?? "");
    }
  }
  return owners;
}
