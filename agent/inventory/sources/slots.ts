/** Firmware by the updater that installs it: RAUC's slots, Mender's artifact, SWUpdate's versions. */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { assignmentsOf, iniOf } from "../parse/ini.ts";
import { present, textOrNull, valueAt } from "../parse/read.ts";

export const slots = defineInventorySource({
  name: "slots",
  help: "Firmware slots and versions, from the files of RAUC, Mender and SWUpdate.",
  async find({ host }) {
    const software = [
      ...(await ofRauc(host)),
      ...(await ofMender(host)),
      ...(await ofSwUpdate(host)),
    ];
    if (software.length === 0) throw new NoDataError("neither RAUC, Mender nor SWUpdate is here");
    return { software };
  },
});

/** system.conf names the slots; the status file, central or one a slot, what is in them. */
async function ofRauc(host: Host): Promise<Software[]> {
  const text =
    (await textOrNull(host, "etc/rauc/system.conf")) ??
    (await textOrNull(host, "usr/lib/rauc/system.conf"));
  if (text === null) return [];
  const config = iniOf(text);
  const system = config.get("system");
  const folder = (system?.get("data-directory") ?? "/data").replace(/^\//, "");
  const named = system?.get("statusfile")?.replace(/^\//, "");
  const paths = [named, `${folder}/central.raucs`].filter(
    (one) => one !== undefined && one !== "per-slot",
  );
  let status = iniOf("");
  for (const path of paths) status = iniOf((await textOrNull(host, path!)) ?? "");
  const booted = /\brauc\.slot=(\S+)/.exec((await valueAt(host, "proc/cmdline")) ?? "")?.[1];
  const found: Software[] = [];
  for (const [section, slot] of config) {
    if (!section.startsWith("slot.")) continue;
    const said = status.get(section);
    const name = section.slice("slot.".length);
    const isBooted = booted !== undefined && (slot.get("bootname") === booted || name === booted);
    found.push({
      source: "slots",
      kind: "firmware",
      name,
      version: said?.get("bundle.version") ?? "",
      ...present({ sha256: said?.get("sha256"), state: isBooted ? "booted" : said?.get("status") }),
      properties: present({
        updater: "rauc",
        compatible: system?.get("compatible"),
        bootloader: system?.get("bootloader"),
        device: slot.get("device"),
        bootname: slot.get("bootname"),
        installed: said?.get("installed.timestamp"),
      }) as Record<string, string>,
    });
  }
  return found;
}

async function ofMender(host: Host): Promise<Software[]> {
  const artifact = await textOrNull(host, "etc/mender/artifact_info");
  const name = assignmentsOf(artifact ?? "").get("artifact_name");
  if (!name) return [];
  const type =
    (await textOrNull(host, "var/lib/mender/device_type")) ??
    (await textOrNull(host, "etc/mender/device_type"));
  return [
    {
      source: "slots",
      kind: "firmware",
      name: "mender-artifact",
      version: name,
      state: "booted",
      properties: present({
        updater: "mender",
        deviceType: assignmentsOf(type ?? "").get("device_type"),
      }) as Record<string, string>,
    },
  ];
}

/** "name version" a line; etc/hwrevision is "board revision". */
async function ofSwUpdate(host: Host): Promise<Software[]> {
  const board = await valueAt(host, "etc/hwrevision");
  const lines = ((await textOrNull(host, "etc/sw-versions")) ?? "").split("\n").slice(0, 1000);
  return lines.flatMap((line) => {
    const match = /^(\S+)\s+(\S+)\s*$/.exec(line);
    if (match === null || line.startsWith("#")) return [];
    return {
      source: "slots",
      kind: "firmware",
      name: match[1]!,
      version: match[2]!,
      properties: present({ updater: "swupdate", board }) as Record<string, string>,
    };
  });
}
