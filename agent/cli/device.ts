import { randomUUID } from "node:crypto";
import { collectors } from "../collectors/index.ts";
import type { Collector } from "../core/collector.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { nearest } from "../core/nearest.ts";
import type { Config } from "../options.ts";

/** The id that the kernel gave this boot. Without one, counters start anew with the process. */
export async function bootIdOf(host: Host): Promise<string> {
  return (await firstLineOf(host, "proc/sys/kernel/random/boot_id")) ?? randomUUID();
}

/** The configured name, or the device's host name where AWS would take that. */
export async function thingNameOf(config: Config, host: Host): Promise<string> {
  if (config.thing_name !== "") return config.thing_name;
  const hostname =
    (await firstLineOf(host, "proc/sys/kernel/hostname")) ??
    (await firstLineOf(host, "etc/hostname")) ??
    "";
  if (/^[a-zA-Z0-9:_-]{1,128}$/.test(hostname)) return hostname;
  throw new FieldwardenError(
    ExitCode.config,
    `the host name "${hostname}" cannot be a thing's name`,
    "Set thing_name: 1 to 128 of a-z A-Z 0-9 : _ -",
  );
}

/** The collectors that run. Throws FieldwardenError for a disabled one that there is not. */
export function enabledCollectors(disabled: readonly string[]): readonly Collector[] {
  const names = collectors.map(({ name }) => name);
  const unknown = disabled.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, names);
    throw new FieldwardenError(
      ExitCode.config,
      `collectors_disabled: there is no collector "${unknown}"`,
      near === null ? `There are ${names.join(", ")}.` : `Did you mean "${near}"?`,
    );
  }
  return collectors.filter(
    ({ name, enabledByDefault }) => enabledByDefault && !disabled.includes(name),
  );
}

async function firstLineOf(host: Host, path: string): Promise<string | null> {
  try {
    return (await host.readText(path)).split("\n")[0]!.trim() || null;
  } catch {
    return null; // Absent or not to be read: the caller has something else.
  }
}
