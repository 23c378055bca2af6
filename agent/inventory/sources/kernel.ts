/** The kernel that runs, those that are installed beside it, and the modules that are loaded. */
import { NoDataError } from "../../core/errors.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { namesIn, present, textOrNull, valueAt } from "../parse/read.ts";

const MODULES_MAX = 2000;

export const kernel = defineInventorySource({
  name: "kernel",
  help: "The running kernel, installed ones and loaded modules, from proc and lib/modules.",
  async find({ host }) {
    const release = await valueAt(host, "proc/sys/kernel/osrelease");
    const built = await valueAt(host, "proc/sys/kernel/version");
    const machine = await valueAt(host, "proc/sys/kernel/arch"); // Since Linux 6.1.
    const installed = await namesIn(host, "lib/modules");
    const names = [...new Set([...(release === undefined ? [] : [release]), ...installed])];
    if (names.length === 0) throw new NoDataError("neither /proc/sys/kernel nor /lib/modules");
    const kernels: Software[] = names.map((name) => ({
      source: "kernel",
      kind: "kernel",
      name: "linux",
      version: name,
      ...(name === release
        ? { state: "running", ...present({ summary: built }) }
        : { state: "installed", path: `lib/modules/${name}` }),
    }));
    const modules: Software[] = [];
    const lines = ((await textOrNull(host, "proc/modules")) ?? "").split("\n");
    for (const line of lines.slice(0, MODULES_MAX)) {
      // proc(5): name, bytes, uses, users, state, address, and (OE) for what taints the kernel.
      const match = /^(\w[^\s/]*) (\d+) .*?(?: \(([A-Z]+)\))?$/.exec(line);
      if (match === null) continue;
      const [, name = "", bytes, taint] = match;
      const srcVersion = await valueAt(host, `sys/module/${name}/srcversion`);
      modules.push({
        source: "kernel",
        kind: "kernel-module",
        name,
        version: (await valueAt(host, `sys/module/${name}/version`)) ?? release ?? "",
        installedBytes: Number(bytes),
        properties: present({ srcVersion, taint }) as Record<string, string>,
      });
    }
    return {
      software: [...kernels, ...modules],
      system: present({ kernelRelease: release, machine }),
    };
  },
});
