/**
 * Packages of opkg: OpenWrt keeps its list in usr/lib/opkg, Yocto in var/lib/opkg. The same set as
 * `opkg list-installed`: what is installed or unpacked. What else a package says of itself (licence,
 * CPE) is in its own control file.
 */
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { firstTextOf, namesIn, present, textOrNull } from "../parse/read.ts";
import { type Stanza, stanzasOf } from "../parse/stanzas.ts";

const folders = ["usr/lib/opkg", "var/lib/opkg"];
const statusFields = new Set(["package", "version", "status", "architecture", "installed-time"]);
const controlFields = new Set(
  "maintainer license section description source sourcename cpe-id installed-size homepage url".split(
    " ",
  ),
);

export const opkg = defineInventorySource({
  name: "opkg",
  help: "Packages of opkg, from usr/lib/opkg/status or var/lib/opkg/status.",
  async find({ host }) {
    const { path, text } = await firstTextOf(
      host,
      folders.map((folder) => `${folder}/status`),
    );
    const info = path.replace(/status$/, "info");
    const found = new Map<string, Software>();
    for (const stanza of stanzasOf(text, statusFields)) {
      const name = stanza.get("package");
      if (!name || !isInstalled(stanza)) continue;
      const control = await textOrNull(host, `${info}/${name}.control`);
      const [said] = stanzasOf(control ?? "", controlFields);
      found.set(name, softwareOf(name, stanza, said ?? new Map()));
    }
    return { software: [...found.values()] };
  },
  ownersOf,
});

/** "Status: install user installed": want, flags, state; opkg's pkg.c. */
function isInstalled(stanza: Stanza): boolean {
  return /\s(installed|unpacked)$/.test(stanza.get("status") ?? "");
}

function softwareOf(name: string, stanza: Stanza, control: Stanza): Software {
  const seconds = Number(stanza.get("installed-time"));
  const bytes = Number(control.get("installed-size"));
  return {
    source: "opkg",
    kind: "package",
    name,
    version: stanza.get("version") ?? "",
    ...present({
      architecture: stanza.get("architecture"),
      publisher: control.get("maintainer"),
      license: control.get("license"),
      section: control.get("section"),
      summary: control.get("description"),
      homepage: control.get("homepage") ?? control.get("url"),
      sourceName: control.get("sourcename") ?? control.get("source")?.split("/").at(-1),
      cpe: control.get("cpe-id"),
      installedWallMs: seconds > 0 ? seconds * 1000 : undefined,
      installedBytes: bytes > 0 ? bytes : undefined,
      state: stanza.get("status")?.endsWith(" unpacked") ? stanza.get("status") : undefined,
    }),
  };
}

/** Reads info/NAME.list: lines of absolute paths, with mode and target after a tab in some versions. */
async function ownersOf(host: Host, paths: ReadonlySet<string>): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await namesIn(host, `${folder}/info`)) {
      if (!name.endsWith(".list")) continue;
      const text = (await textOrNull(host, `${folder}/info/${name}`)) ?? "";
      for (const line of text.split("\n")) {
        const path = line.split("\t")[0]!.replace(/^\//, "");
        if (paths.has(path)) owners.set(path, name.slice(0, -".list".length));
      }
    }
  }
  return owners;
}
