/** Services of systemd: units from its folders, whether one runs from its control group. */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Service } from "../../core/inventory.ts";
import { iniOf } from "../parse/ini.ts";
import { entriesIn, namesIn, textOrNull } from "../parse/read.ts";

/** In systemd's own order: the first that has a unit is the one that counts; systemd.unit(5). */
const folders = [
  "etc/systemd/system",
  "run/systemd/system",
  "usr/lib/systemd/system",
  "lib/systemd/system",
];
const groups = ["sys/fs/cgroup/system.slice", "sys/fs/cgroup/systemd/system.slice"];
const SERVICES_MAX = 2000;

export const services = defineInventorySource({
  name: "services",
  help: "Services of systemd, from its unit files, and whether they run, from sys/fs/cgroup.",
  async find({ host }) {
    const running = new Set((await Promise.all(groups.map((one) => namesIn(host, one)))).flat());
    const enabled = await enabledIn(host);
    const found = new Map<string, Service>();
    for (const folder of folders) {
      for (const { name } of await entriesIn(host, folder)) {
        if (!name.endsWith(".service") || found.has(name) || found.size === SERVICES_MAX) continue;
        const unit = iniOf((await textOrNull(host, `${folder}/${name}`)) ?? "");
        found.set(name, {
          name: name.slice(0, -".service".length),
          description: unit.get("Unit")?.get("Description") ?? "",
          running: running.has(name),
          startsAtBoot: enabled.has(name),
        });
      }
    }
    if (found.size === 0) throw new NoDataError("this device has no units of systemd");
    return { services: [...found.values()] };
  },
});

/** Units that a target wants or requires: links in TARGET.wants and TARGET.requires. */
async function enabledIn(host: Host): Promise<Set<string>> {
  const enabled = new Set<string>();
  for (const folder of folders) {
    for (const { name, kind } of await entriesIn(host, folder)) {
      if (kind !== "folder" || !/\.(wants|requires)$/.test(name)) continue;
      for (const unit of await namesIn(host, `${folder}/${name}`)) enabled.add(unit);
    }
  }
  return enabled;
}
