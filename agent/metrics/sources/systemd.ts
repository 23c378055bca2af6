/**
 * States of systemd units, from the files that systemd keeps of them: no child process, no privileges,
 * and a device's tree from anywhere will do. D-Bus would know more (`failed`, for one), but its
 * libraries bring an XML parser each, and its socket is no file of the tree.
 *
 * systemd keeps a link run/systemd/units/invocation:UNIT from a unit's start until it is inactive or
 * failed (since version 236; unit_export_state_files and unit_notify in its src/core/unit.c), and a cgroup as
 * long as it has processes. So these states can be told apart:
 *
 * | state    | link | processes                                        |
 * | -------- | ---- | ------------------------------------------------ |
 * | running  | yes  | yes                                              |
 * | active   | yes  | none: a mount, a socket, a oneshot that remains  |
 * | inactive | no   | – also failed, and not installed                 |
 */
import { customStringOf } from "../../core/custom-value.ts";
import { matcherOf } from "../../core/glob.ts";
import { type Host, HostError } from "../../core/host.ts";
import { orNull } from "../parse/or-null.ts";
import { defineSource, ReadingError } from "../source.ts";

/** Where a unit's cgroup is: unified, or systemd's own hierarchy of version 1. */
const CGROUP_ROOTS = ["sys/fs/cgroup", "sys/fs/cgroup/systemd"];

/** Slices below slices: system.slice/system-getty.slice/getty@tty1.service is two deep. */
const SLICE_DEPTH_MAX = 5;

const LINK_PREFIX = "invocation:";

export const systemd = defineSource({
  name: "systemd",
  help: "States of systemd units (running, active, inactive), from /run/systemd/units and cgroups.",
  types: ["number", "string-list"],
  members: {
    units: {
      type: "list",
      default: [],
      required: true,
      help: "Units as sshd.service; * stands for anything and finds those that are not inactive.",
    },
    state: {
      type: "string",
      default: "running",
      oneOf: ["running", "active", "inactive"],
      help: "What number counts: units in this state, and for `active` running ones too.",
    },
  },
  problemOf: ({ units }) => (units.length === 0 ? "names no units" : null),
  open({ host, type, members }) {
    const named = members.units.filter((unit) => !/[*?]/.test(unit));
    const isWanted = matcherOf(members.units);
    return async () => {
      const started = await startedUnitsOf(host);
      const units = [...new Set([...named, ...[...started].filter(isWanted)])].sort();
      const populated = await populatedUnitsOf(host);
      const stateOf = (unit: string) =>
        !started.has(unit) ? "inactive" : populated.has(unit) ? "running" : "active";
      if (type === "string-list") {
        return units.map((unit) => `${customStringOf(unit)}:${stateOf(unit)}`);
      }
      const counted = members.state === "active" ? ["active", "running"] : [members.state];
      return units.filter((unit) => counted.includes(stateOf(unit))).length;
    };
  },
});

async function startedUnitsOf(host: Host): Promise<Set<string>> {
  let names: string[];
  try {
    names = await host.list("run/systemd/units");
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "missing") throw error;
    throw new ReadingError(
      "there is no /run/systemd/units: systemd does not run, or is older than 236",
    );
  }
  return new Set(
    names
      .filter((name) => name.startsWith(LINK_PREFIX))
      .map((name) => name.slice(LINK_PREFIX.length)),
  );
}

/** Names of all units with processes: every cgroup below the slices is named after its unit. */
async function populatedUnitsOf(host: Host): Promise<Set<string>> {
  const units = new Set<string>();
  async function walk(folder: string, depth: number): Promise<void> {
    for (const name of (await orNull(host.list(folder))) ?? []) {
      const path = `${folder}/${name}`;
      if (name.endsWith(".slice")) {
        if (depth < SLICE_DEPTH_MAX) await walk(path, depth + 1);
      } else if (/\.(service|scope|socket|mount|swap)$/.test(name)) {
        if (await isPopulated(host, path)) units.add(name);
      }
    }
  }
  for (const root of CGROUP_ROOTS) await walk(root, 0);
  return units;
}

/** Version 2 says so, sub-groups included; in version 1 the unit's own processes must do. */
async function isPopulated(host: Host, cgroup: string): Promise<boolean> {
  const events = (await orNull(host.readText(`${cgroup}/cgroup.events`))) ?? "";
  if (events !== "") return /^populated 1$/m.test(events);
  return ((await orNull(host.readText(`${cgroup}/cgroup.procs`))) ?? "").trim() !== "";
}
