/**
 * RPM packages, from the database wherever a distribution keeps it and in whichever of its three forms:
 * the same set as `rpm -qa`, with the keys that rpm lists as packages (gpg-pubkey).
 */
import { NoDataError } from "../../core/errors.ts";
import { type Host, HostError } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { orNull, present } from "../parse/read.ts";
import { bdbBlobs } from "../parse/rpm-bdb.ts";
import { type RpmHeader, rpmHeaderOf, rpmTags } from "../parse/rpm-header.ts";
import { ndbBlobs } from "../parse/rpm-ndb.ts";
import { tableRows } from "../parse/sqlite.ts";

/** Fedora and Yocto, SUSE, ostree, and Debian's rpm when root uses it. */
const folders = ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm", "root/.rpmdb"];
/** `rpm -qa` of a large server lists 5,000. */
const PACKAGES_MAX = 50_000;

const databases = [
  { file: "rpmdb.sqlite", blobs: sqliteBlobs },
  { file: "Packages.db", blobs: ndbBlobs },
  { file: "Packages", blobs: bdbBlobs },
];

export const rpm = defineInventorySource({
  name: "rpm",
  help: "RPM packages, from rpmdb.sqlite with its log, Packages.db (ndb) or Packages (Berkeley DB).",
  async find({ host }) {
    const software: Software[] = [];
    for await (const header of headersOf(host)) {
      const one = softwareOf(header);
      if (one !== null) software.push(one);
    }
    return { software };
  },
  ownersOf,
});

async function* sqliteBlobs(host: Host, path: string): AsyncGenerator<Buffer> {
  for await (const [, blob] of tableRows(host, path, "Packages")) {
    if (Buffer.isBuffer(blob)) yield blob;
  }
}

/** Headers of the first database that there is. Throws NoDataError without one. */
async function* headersOf(host: Host): AsyncGenerator<RpmHeader> {
  for (const folder of folders) {
    for (const { file, blobs } of databases) {
      const path = `${folder}/${file}`;
      if (!(await isFile(host, path))) continue;
      let packages = 0;
      for await (const blob of blobs(host, path)) {
        const header = rpmHeaderOf(blob);
        if (header !== null && ++packages <= PACKAGES_MAX) yield header;
      }
      return;
    }
  }
  throw new NoDataError(`this device has no database of rpm below /${folders.join(", /")}`);
}

async function isFile(host: Host, path: string): Promise<boolean> {
  return (await orNull(host.status(path)))?.kind === "file";
}

function softwareOf(header: RpmHeader): Software | null {
  const name = header.text(rpmTags.name);
  const version = header.text(rpmTags.version);
  if (!name || version === undefined) return null;
  const epoch = header.number(rpmTags.epoch);
  const release = header.text(rpmTags.release) ?? "";
  const installed = header.number(rpmTags.installTime);
  const source = sourceOf(header.text(rpmTags.sourceRpm));
  return {
    source: "rpm",
    kind: "package",
    name,
    // As rpm's own %{EVR}, and as `dnf` prints it.
    version: `${epoch === undefined ? "" : `${epoch}:`}${version}${release === "" ? "" : `-${release}`}`,
    ...present({
      architecture: header.text(rpmTags.arch),
      publisher: header.text(rpmTags.vendor),
      license: header.text(rpmTags.license),
      section: header.text(rpmTags.group),
      summary: header.text(rpmTags.summary),
      homepage: header.text(rpmTags.url),
      sourceName: source?.name,
      sourceVersion: source?.version,
      installedWallMs: installed === undefined ? undefined : installed * 1000,
      installedBytes: header.number(rpmTags.size),
    }),
  };
}

/** "bash-5.2.15-3.fc38.src.rpm": the name itself may have dashes. */
function sourceOf(file: string | undefined): { name: string; version: string } | null {
  const match = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? "");
  return match === null ? null : { name: match[1]!, version: match[2]! };
}

async function ownersOf(host: Host, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  const names = new Set([...paths].map((path) => path.split("/").at(-1)!));
  try {
    for await (const header of headersOf(host)) {
      const bases = header.texts(rpmTags.baseNames);
      const found = bases.flatMap((name, at) => (names.has(name) ? [at] : []));
      if (found.length === 0) continue;
      const folderNames = header.texts(rpmTags.dirNames);
      const indexes = header.numbers(rpmTags.dirIndexes);
      for (const at of found) {
        const path = `${folderNames[indexes[at] ?? -1] ?? ""}${bases[at]}`.slice(1);
        if (paths.has(path)) owners.set(path, header.text(rpmTags.name) ?? "");
      }
    }
  } catch (error) {
    if (!(error instanceof NoDataError || error instanceof HostError)) throw error;
  }
  return owners;
}
