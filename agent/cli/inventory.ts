import { loadConfig } from "../config.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { systemClock } from "../world/clock-system.ts";
import { createLinuxHost } from "../world/host-linux.ts";
import { createJsonLog } from "../world/log-json.ts";
import { parseVerbArgs, type Verb } from "./verb.ts";

export const inventory: Verb = {
  name: "inventory",
  summary: "Print what is on this device: software and hardware, as a standard document.",
  help: `Usage: fieldwarden inventory [--format cyclonedx|spdx|ssm|ocsf|json] [options]

  --format F   cyclonedx (1.6), spdx (2.3), ssm (AWS Systems Manager), ocsf, or json: all that is known.
               Without it, json.

Only files are read, below --root: no package manager runs, and another device's tree will do.

Example: fieldwarden inventory --format cyclonedx --root /mnt/image > sbom.json`,
  takesConfig: true,
  async run({ args, env, stdout, stderr, version }) {
    const { values } = parseVerbArgs(args, { format: { type: "string" } });
    const { config } = loadConfig({ args: values, env });
    // Loaded here, so that `run` never carries them.
    const { inventoryFormats, inventorySources, takeInventory } = await import(
      "../inventory/index.ts"
    );
    const name = String(values.format ?? "json");
    const load = Object.hasOwn(inventoryFormats, name) ? inventoryFormats[name] : undefined;
    if (load === undefined) throw unknownFormat(name, Object.keys(inventoryFormats));
    const host = createLinuxHost({ root: config.root });
    const clock = systemClock;
    const log = createJsonLog({ level: config.log_level, clock, write: stderr });
    const taken = await takeInventory({ host, clock, sources: inventorySources });
    for (const { source, reason } of taken.problems) log.warn("inventory", { source, reason });
    // An image on a desk need not have a name yet.
    const thing = config.thing_name || taken.system.hostname || "device";
    stdout.write(`${(await load()).encode(taken, { thing, version })}\n`);
    return ExitCode.ok;
  },
};

function unknownFormat(name: string, known: readonly string[]): FieldwardenError {
  const near = nearest(name, known);
  return new FieldwardenError(
    ExitCode.usage,
    `there is no format "${name}"`,
    near === null ? `There are ${known.join(", ")}.` : `Did you mean "${near}"?`,
  );
}
