/**
 * Go programs and the modules in them, from the build information that the linker writes: section
 * .go.buildinfo as debug/buildinfo reads it. Since Go 1.18 the strings stand in the section itself;
 * programs of older compilers are named with their path only.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { elfSection } from "../parse/elf.ts";
import { createPagedFile, type PagedFile } from "../parse/paged-file.ts";
import { orNull, present } from "../parse/read.ts";

const MAGIC = "\xff Go buildinf:";
const STRINGS_INLINE = 2;
const TEXT_BYTES_MAX = 1024 * 1024;
/** Text that the linker puts around a module's description: modload.ModInfoData. */
const GUARD_BYTES = 16;

export const go = defineInventorySource({
  name: "go",
  help: "Go programs and their modules, from the build information in executables.",
  async find({ host, tree }) {
    const { programs } = await tree();
    const software: Software[] = [];
    for (const path of programs) {
      const info = await orNull(buildInfoOf(host, path));
      if (info != null) software.push(...softwareOf(path, info));
    }
    if (software.length === 0) throw new NoDataError("no Go program is on this device");
    return { software };
  },
});

interface BuildInfo {
  goVersion: string;
  text: string;
}

async function buildInfoOf(host: Host, path: string): Promise<BuildInfo | null> {
  const file = createPagedFile(host, path);
  const section = await elfSection(file, ".go.buildinfo");
  if (section === null) return null;
  const head = await file.at(section.offset, 32);
  if (head === null || head.toString("latin1", 0, MAGIC.length) !== MAGIC) return null;
  if ((head[15]! & STRINGS_INLINE) === 0) return { goVersion: "", text: "" };
  const version = await stringAt(file, section.offset + 32);
  if (version === null) return null;
  const described = await stringAt(file, version.end);
  return {
    goVersion: version.bytes.toString("utf8").replace(/^go/, ""),
    text:
      described?.bytes.toString("utf8", GUARD_BYTES, described.bytes.length - GUARD_BYTES) ?? "",
  };
}

/** A little-endian varint of the length, then the bytes. */
async function stringAt(file: PagedFile, offset: number) {
  let length = 0;
  for (let at = 0; at < 4; at++) {
    const byte = (await file.at(offset + at, 1))?.[0];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** at;
    if (byte >= 0x80) continue;
    if (length > TEXT_BYTES_MAX) return null;
    const bytes = await file.at(offset + at + 1, length);
    return bytes === null ? null : { bytes, end: offset + at + 1 + length };
  }
  return null;
}

/** Lines `path P`, `mod PATH VERSION SUM`, `dep PATH VERSION SUM`, `=> PATH VERSION SUM`, by tabs. */
function softwareOf(path: string, { goVersion, text }: BuildInfo): Software[] {
  const found: Software[] = [];
  const main = /^mod\t([^\t\n]+)\t([^\t\n]*)/m.exec(text) ?? /^path\t([^\t\n]+)()/m.exec(text);
  found.push(moduleOf(main?.[1] ?? path.split("/").at(-1)!, main?.[2] ?? "", "application", path));
  if (goVersion !== "") found.push(moduleOf("stdlib", goVersion, "library", path));
  for (const line of text.split("\n")) {
    const [word, name, version = ""] = line.split("\t");
    if (!name) continue;
    if (word === "dep") found.push(moduleOf(name, version, "library", path));
    // What follows "=>" was built in place of the line before.
    if (word === "=>") found[found.length - 1] = moduleOf(name, version, "library", path);
  }
  return found;
}

function moduleOf(full: string, version: string, kind: Software["kind"], path: string): Software {
  const slash = full.lastIndexOf("/");
  return {
    source: "go",
    kind,
    name: full.slice(slash + 1) || full,
    version,
    path,
    ...present({ group: slash > 0 ? full.slice(0, slash) : undefined }),
  };
}
