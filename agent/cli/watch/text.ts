/** The readable summary of `watch`. */
import type { Interaction, InteractionCommand } from "../../traffic/interactions.ts";
import type { PlantSummary } from "../../traffic/summary.ts";

/** What fits a screen or two; `--json` has all. */
const INTERACTIONS_SHOWN = 40;
const COMMANDS_SHOWN = 6;

export function summaryLines(
  summary: PlantSummary,
  interactions: readonly Interaction[],
): string[] {
  const { packets, bytes, first, last, lost } = summary;
  const span =
    first === null || last === null
      ? ""
      : `, ${timeOf(first)} to ${timeOf(last)} (${seconds(last - first)})`;
  const lines = [
    `${number(packets)} packets, ${number(bytes)} bytes${span}`,
    `${number(summary.macs_unicast.length)} MAC addresses, ${number(summary.ipv4.length)} IPv4, ${number(summary.ipv6.length)} IPv6; ${number(summary.conversationCount)} conversations`,
  ];
  const missing = lost.packets + lost.conversations + lost.commands;
  if (missing > 0) {
    lines.push(
      `not counted: ${number(lost.packets)} packets, ${number(lost.conversations)} conversations, ${number(lost.commands)} commands`,
    );
  }
  for (const interaction of interactions.slice(0, INTERACTIONS_SHOWN)) {
    lines.push(...interactionLines(interaction));
  }
  const left = interactions.length - INTERACTIONS_SHOWN;
  if (left > 0) lines.push(`… ${number(left)} more`);
  return lines;
}

function interactionLines({ client, server, protocol, commands }: Interaction): string[] {
  const sorted = commands.toSorted((a, b) => countOf(b) - countOf(a));
  const lines = sorted.slice(0, COMMANDS_SHOWN).map(commandLine);
  const left = commands.length - COMMANDS_SHOWN;
  if (left > 0) lines.push(`    … ${number(left)} more`);
  return [`${client} > ${server}  ${protocol}`, ...lines];
}

function commandLine(command: InteractionCommand): string {
  const { object, commandClass, requestCount, responseCount, errorCount, error } = command;
  const counts = [
    requestCount > 0 && `${number(requestCount)} asked`,
    responseCount > 0 && `${number(responseCount)} answered`,
    errorCount > 0 && `${number(errorCount)} × ${error}`,
  ].filter((part) => part !== false);
  const where = object === "" ? "" : ` (${object})`;
  const action = command.action === undefined ? "" : `, ${command.action.replaceAll("_", " ")}`;
  return `    ${command.command}${where}: ${counts.join(", ")}  [${commandClass}${action}]`;
}

function countOf({ requestCount, responseCount, errorCount }: InteractionCommand): number {
  return requestCount + responseCount + errorCount;
}

function timeOf(epochS: number): string {
  return new Date(epochS * 1000).toISOString();
}

function seconds(s: number): string {
  return s < 100 ? `${s.toFixed(1)} s` : `${number(Math.round(s))} s`;
}

const number = (value: number): string => value.toLocaleString("en");
