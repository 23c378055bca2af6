/** The operating system, its name on the device, and until when it is supported. */
import { defineInventorySource, type SystemFacts } from "../../core/inventory.ts";
import { assignmentsOf } from "../parse/ini.ts";
import { firstTextOf, present, textOrNull, valueAt } from "../parse/read.ts";
import { supportEndOf } from "../support-ends.ts";

export const osRelease = defineInventorySource({
  name: "os-release",
  help: "The operating system, from etc/os-release, with its end of support and the host's name.",
  async find({ host }) {
    const hostname =
      (await valueAt(host, "proc/sys/kernel/hostname")) ?? (await valueAt(host, "etc/hostname"));
    const { text } = await firstTextOf(host, ["etc/os-release", "usr/lib/os-release"]);
    const values = assignmentsOf(text);
    const id = values.get("ID") || "linux"; // os-release(5): what it is when unset.
    // Debian's testing and Arch have no VERSION_ID.
    const version = values.get("VERSION_ID") ?? values.get("BUILD_ID") ?? "";
    const name = values.get("PRETTY_NAME") ?? `${values.get("NAME") ?? id} ${version}`.trim();
    const table = await textOrNull(host, `usr/share/distro-info/${id.replace(/\W/g, "")}.csv`);
    const end = supportEndOf({ id, version, said: values.get("SUPPORT_END"), table });
    const system: SystemFacts = present({
      hostname,
      osId: id,
      osVersion: version,
      osName: name,
      osCpe: values.get("CPE_NAME"),
      osSupportEnd: end?.day,
      osSupportEndSource: end?.source,
    });
    const software = {
      source: "os-release",
      kind: "operating-system",
      name: id,
      version,
      ...present({ summary: name, cpe: values.get("CPE_NAME"), homepage: values.get("HOME_URL") }),
    } as const;
    return { system, software: [software] };
  },
});
