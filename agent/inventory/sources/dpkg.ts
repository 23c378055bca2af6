/**
 * Debian's packages, from var/lib/dpkg/status and what dpkg has not merged into it yet
 * (var/lib/dpkg/updates), the same set as `dpkg-query -W`: all but those "not-installed". Images
 * without dpkg itself ("distroless") have a file for each package in status.d instead.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { orNull, present, textOrNull } from "../parse/read.ts";
import { type Stanza, stanzasOf } from "../parse/stanzas.ts";

const FOLDER = "var/lib/dpkg";
const INFO = `${FOLDER}/info`;
/** dpkg merges after 250 updates (MAXUPDATES in lib/dpkg/dbmodify.c). */
const UPDATES_MAX = 1000;

const fields = new Set(
  "package status version config-version architecture maintainer section source installed-size description homepage".split(
    " ",
  ),
);

export const dpkg = defineInventorySource({
  name: "dpkg",
  help: "Debian packages, from var/lib/dpkg/status, updates and status.d.",
  async find({ host }) {
    const found = new Map<string, Software>();
    const files = [`${FOLDER}/status`, ...(await updatesOf(host)), ...(await singlesOf(host))];
    let read = 0;
    for (const path of files) {
      const text = await textOrNull(host, path);
      if (text === null) continue;
      read++;
      mergePackages(found, text);
    }
    // Neither file could be read: say why, if it is there at all.
    if (read === 0) await host.readText(`${FOLDER}/status`).catch(noDatabase);
    return { software: [...found.values()] };
  },
  ownersOf,
});

function noDatabase(error: unknown): never {
  if ((error as { code?: string }).code !== "missing") throw error;
  throw new NoDataError(`this device has no /${FOLDER}/status`);
}

/** Paragraphs into `found`, the later in place of the earlier, as dpkg reads them. */
export function mergePackages(found: Map<string, Software>, text: string): void {
  for (const stanza of stanzasOf(text, fields)) {
    const name = stanza.get("package");
    if (!name) continue;
    const key = `${name}:${stanza.get("architecture") ?? ""}`;
    // Of an old state without architecture, `key` finds nothing to replace: dpkg has none either.
    if (stateOf(stanza).endsWith(" not-installed")) found.delete(key);
    else found.set(key, softwareOf(name, stanza));
  }
}

function softwareOf(name: string, stanza: Stanza): Software {
  const state = stateOf(stanza);
  const source = /^(\S+)(?: \(([^)]*)\))?$/.exec(stanza.get("source") ?? "");
  const sizeKiB = Number(stanza.get("installed-size"));
  return {
    source: "dpkg",
    kind: "package",
    name,
    version: (stanza.get("version") ?? "").replace(/^0+:/, ""),
    ...present({
      architecture: stanza.get("architecture"),
      publisher: stanza.get("maintainer"),
      section: stanza.get("section"),
      summary: stanza.get("description"),
      homepage: stanza.get("homepage"),
      sourceName: source?.[1],
      sourceVersion: source?.[2],
      installedBytes: sizeKiB > 0 ? sizeKiB * 1024 : undefined,
      state: state === "install ok installed" ? undefined : state,
    }),
  };
}

/** Packages of distroless images have no Status: they are installed. */
function stateOf(stanza: Stanza): string {
  return stanza.get("status") ?? "install ok installed";
}

async function updatesOf(host: Host): Promise<string[]> {
  const names = (await orNull(host.list(`${FOLDER}/updates`))) ?? [];
  return names
    .filter((name) => /^\d+$/.test(name))
    .slice(0, UPDATES_MAX)
    .map((name) => `${FOLDER}/updates/${name}`);
}

async function singlesOf(host: Host): Promise<string[]> {
  const names = (await orNull(host.list(`${FOLDER}/status.d`))) ?? [];
  return names
    .filter((name) => !name.endsWith(".md5sums"))
    .map((name) => `${FOLDER}/status.d/${name}`);
}

/** Reads info/NAME.list and info/NAME:ARCH.list, lines of absolute paths. */
async function ownersOf(host: Host, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  const names = (await orNull(host.list(INFO))) ?? [];
  for (const name of names) {
    if (!name.endsWith(".list")) continue;
    const text = await textOrNull(host, `${INFO}/${name}`);
    if (text === null) continue;
    for (const path of paths) {
      // Looked for as it is written: cheaper than a set of all lines of all packages.
      if (text.includes(`\n/${path}\n`)) owners.set(path, name.slice(0, -5).split(":")[0]!);
    }
  }
  return owners;
}
