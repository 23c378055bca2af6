/** A baseline for reading. */
import { quantileOf } from "../detect/baseline/histogram.ts";
import { doubtsOf, entriesOf } from "../detect/baseline/review.ts";
import type { BaselineFile, InteractionRow } from "../detect/baseline/row.ts";

/** Names of commands in a line of `show`. */
const COMMANDS_SHOWN_MAX = 6;

export function linesOf(file: BaselineFile): string[] {
  const assets = file.assets.filter(({ learnt }) => learnt);
  const interactions = file.interactions.filter(({ learnt }) => learnt);
  const waiting = entriesOf(file, false).length;
  const doubts = doubtsOf(file);
  return [
    `${file.phase}; ${hours(file.learntMs)} h of traffic learnt, ${dateOf(file.firstMs)} to ${dateOf(file.frozenMs || file.lastMs)}`,
    `${assets.length} assets, ${interactions.length} interactions normal; ${waiting} entries seen and not normal`,
    ...lossesOf(file),
    ...(doubts.length === 0
      ? []
      : ["", "Look at these: if they are an attack, it is normal now.", ...doubts.map(textOf)]),
    "",
    "Assets",
    ...assets.map(({ address, macs }) => `  ${[address, ...macs].join(" ")}`),
    "",
    "Interactions",
    ...interactions.map(interactionText),
  ];
}

function lossesOf({ lostCount, droppedCount }: BaselineFile): string[] {
  return [
    ...(lostCount > 0 ? [`${lostCount} packets were lost meanwhile`] : []),
    ...(droppedCount > 0 ? [`${droppedCount} times a row found no room`] : []),
  ];
}

const textOf = ({ name, reason }: { name: string; reason: string }): string =>
  `  ${name}: ${reason}`;

function interactionText(row: InteractionRow): string {
  const { client, server, protocol, poll, objects } = row;
  const commands = row.commands.filter(({ learnt }) => learnt).map(({ command }) => command);
  const shown = commands.slice(0, COMMANDS_SHOWN_MAX).join(", ");
  const more = commands.length > COMMANDS_SHOWN_MAX ? ` and ${commands.length - 6} more` : "";
  const pace = poll === null ? "" : `, polled every ${(poll.gapMeanMs / 1000).toFixed(1)} s`;
  const writes = quantileOf(row.writes, 0.99);
  const rate = writes > 0 ? `, up to ${writes} writes in 10 s` : "";
  const behind = objects.length > 0 ? ` (${objects.length} behind it)` : "";
  return `  ${client} > ${server}${behind} ${protocol}${shown && `: ${shown}${more}`}${pace}${rate}`;
}

/** RFC 4180; a row an interaction and command, or one without a command. */
export function csvOf({ interactions }: BaselineFile): string {
  const rows: (string | number)[][] = [
    ["client", "server", "protocol", "command", "class", "action", "count", "first", "last"],
  ];
  for (const row of interactions.filter(({ learnt }) => learnt)) {
    const { client, server, protocol } = row;
    const commands = row.commands.filter(({ learnt }) => learnt);
    const all = commands.length > 0 ? commands : [{ ...row, command: "", commandClass: "" }];
    for (const each of all) {
      const action = "action" in each ? (each.action ?? "") : "";
      const times = [isoOf(each.firstMs), isoOf(each.lastMs)];
      const { command, commandClass, count } = each;
      rows.push([client, server, protocol, command, commandClass, action, count, ...times]);
    }
  }
  return rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");
}

/** A spreadsheet must not take what came from the network for a formula. */
function cellOf(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
const dateOf = (ms: number): string => (ms === 0 ? "never" : isoOf(ms));
const hours = (ms: number): string => (ms / 3_600_000).toFixed(1);
