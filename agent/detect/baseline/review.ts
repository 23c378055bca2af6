/** What a person does with a baseline: see what is not normal yet, approve it, compare, doubt. */
import { isOfSite } from "../plant/ends.ts";
import { type BaselineFile, type InteractionRow, interactionKeyOf, weaknessKeyOf } from "./row.ts";

/** A row, or a command within one, by a name that `approve` takes. */
export interface Entry {
  kind: "asset" | "interaction" | "command" | "weakness";
  /** "10.1.0.66", "10.1.0.66 > 10.1.0.20 modbus", the same and ": write coil", "10.1.0.20: no_encryption" */
  name: string;
  count: number;
  firstMs: number;
  lastMs: number;
}

/** What was seen and is not normal, or, with `isLearnt`, what is. */
export function entriesOf(file: BaselineFile, isLearnt: boolean): Entry[] {
  const entries: Entry[] = [];
  const add = (kind: Entry["kind"], name: string, row: Omit<Entry, "kind" | "name">) => {
    const { count, firstMs, lastMs } = row;
    entries.push({ kind, name, count, firstMs, lastMs });
  };
  for (const row of file.assets) if (row.learnt === isLearnt) add("asset", row.address, row);
  for (const row of file.interactions) {
    const name = interactionKeyOf(row);
    if (row.learnt === isLearnt) add("interaction", name, row);
    // Of an interaction that is not normal, its commands are not either.
    if (!row.learnt) continue;
    for (const command of row.commands) {
      if (command.learnt === isLearnt) add("command", `${name}: ${command.command}`, command);
    }
  }
  for (const row of file.weaknesses) {
    if (row.learnt === isLearnt) add("weakness", weaknessKeyOf(row.subject, row.value), row);
  }
  return entries;
}

/** The file with all that `concerns` says made normal, and how many entries that were. */
export function approved(
  file: BaselineFile,
  concerns: (name: string) => boolean,
): { file: BaselineFile; count: number } {
  const before = entriesOf(file, false).length;
  const approve = <Row extends { learnt: boolean }>(row: Row, name: string): Row =>
    row.learnt || !concerns(name) ? row : { ...row, learnt: true };
  const next: BaselineFile = {
    ...file,
    assets: file.assets.map((row) => approve(row, row.address)),
    interactions: file.interactions.map((row) => approvedInteraction(row, concerns)),
    weaknesses: file.weaknesses.map((row) => approve(row, weaknessKeyOf(row.subject, row.value))),
  };
  return { file: next, count: before - entriesOf(next, false).length };
}

/** With an interaction go the commands that it had; without it none of them counts. */
function approvedInteraction(row: InteractionRow, concerns: (name: string) => boolean) {
  const name = interactionKeyOf(row);
  const isWhole = !row.learnt && concerns(name);
  if (!row.learnt && !isWhole) return row;
  const commands = row.commands.map((command) =>
    isWhole || command.learnt || concerns(`${name}: ${command.command}`)
      ? { ...command, learnt: true }
      : command,
  );
  return { ...row, learnt: true, commands };
}

export interface Difference {
  added: Entry[];
  removed: Entry[];
}

/** What is normal in `after` and not in `before`, and the other way round. */
export function differenceOf(before: BaselineFile, after: BaselineFile): Difference {
  const [old, fresh] = [entriesOf(before, true), entriesOf(after, true)];
  const without = (entries: readonly Entry[], others: readonly Entry[]) => {
    const known = new Set(others.map(({ kind, name }) => `${kind} ${name}`));
    return entries.filter(({ kind, name }) => !known.has(`${kind} ${name}`));
  };
  return { added: without(fresh, old), removed: without(old, fresh) };
}

/** A thing that is normal by the file and that a person should have looked at. */
export interface Doubt {
  name: string;
  reason: string;
}

/**
 * A learning period with an attack in it makes that attack normal. What attacks are made of is listed:
 * commands that stop, load or reset, who writes, peers outside the site, weaknesses, and rules that
 * found something meanwhile.
 */
export function doubtsOf(file: BaselineFile): Doubt[] {
  const doubts: Doubt[] = Object.entries(file.findings).map(([rule, count]) => ({
    name: rule,
    reason: `found ${count} times while this was learnt`,
  }));
  for (const row of file.interactions) {
    if (file.phase === "frozen" && !row.learnt) continue;
    const name = interactionKeyOf(row);
    for (const { command, commandClass, action, count, learnt } of row.commands) {
      if (file.phase === "frozen" && !learnt) continue;
      if (action !== undefined && action !== "identify") {
        doubts.push({ name: `${name}: ${command}`, reason: `${action}, ${count} times` });
      } else if (commandClass === "write" || commandClass === "control") {
        doubts.push({ name: `${name}: ${command}`, reason: `${commandClass}, ${count} times` });
      }
    }
    if (!isOfSite(row.server)) doubts.push({ name, reason: "with an address outside the site" });
  }
  for (const { subject, value } of file.weaknesses) doubts.push({ name: subject, reason: value });
  return doubts;
}
