/** How an interaction's row grows by one stretch. */
import type { CommandCount } from "../../core/plant.ts";
import type { Edge } from "../plant/edge.ts";
import {
  COMMANDS_PER_INTERACTION_MAX,
  type CommandRow,
  type InteractionRow,
  OBJECTS_PER_INTERACTION_MAX,
} from "./row.ts";

/** Weight of the newest gap, as TCP has it for round trips (RFC 6298 section 2). */
const GAIN = 1 / 8;

export function growInteraction(row: InteractionRow, edge: Edge): void {
  const { commands, packets } = edge;
  const requests = sumOf(commands, ({ requestCount }) => requestCount);
  row.count += Math.max(packets[0] + packets[1], requests);
  row.port ||= edge.port;
  row.firstMs = Math.min(row.firstMs, edge.firstMs);
  row.lastMs = Math.max(row.lastMs, edge.lastMs);
  row.requests += requests;
  row.responses += sumOf(commands, ({ responseCount, errorCount }) =>
    Math.max(responseCount, errorCount),
  );
  row.errors += sumOf(commands, ({ errorCount }) => errorCount);
  for (const command of commands) {
    growCommand(row, command);
    growObjects(row, command.object);
  }
  growPoll(row, commands);
}

function growCommand(row: InteractionRow, counted: CommandCount): void {
  const { command, commandClass, action, firstMs, lastMs } = counted;
  let known = row.commands.find((each) => each.command === command);
  if (known === undefined) {
    if (row.commands.length >= COMMANDS_PER_INTERACTION_MAX && !makeRoom(row.commands)) return;
    const identity = { command, commandClass, ...(action && { action }) };
    known = { ...identity, learnt: false, count: 0, firstMs, lastMs };
    row.commands.push(known);
  }
  known.count += Math.max(counted.requestCount, counted.responseCount, counted.errorCount);
  known.lastMs = Math.max(known.lastMs, lastMs);
}

/** The command seen longest ago of those that are not learnt goes. @returns whether there was one */
function makeRoom(commands: CommandRow[]): boolean {
  let oldest = -1;
  for (const [at, { learnt, lastMs }] of commands.entries()) {
    if (!learnt && (oldest < 0 || lastMs < commands[oldest]!.lastMs)) oldest = at;
  }
  if (oldest < 0) return false;
  commands.splice(oldest, 1);
  return true;
}

function growObjects(row: InteractionRow, object: string): void {
  if (object === "" || row.hasMoreObjects || row.objects.includes(object)) return;
  if (row.objects.length < OBJECTS_PER_INTERACTION_MAX) row.objects.push(object);
  else row.hasMoreObjects = true;
}

/** Gaps between polls: from the last stretch's to the first of this one, and within it. */
function growPoll(row: InteractionRow, commands: readonly CommandCount[]): void {
  const polls = commands.filter(
    ({ commandClass, requestCount }) => commandClass === "read" && requestCount > 0,
  );
  if (polls.length === 0) return;
  const count = sumOf(polls, ({ requestCount }) => requestCount);
  const firstMs = Math.min(...polls.map((poll) => poll.firstMs));
  const lastMs = Math.max(...polls.map((poll) => poll.lastMs));
  const before = row.poll?.lastMs ?? firstMs;
  row.poll ??= { count: 0, lastMs, gapMeanMs: 0, gapDeviationMs: 0, gapMaxMs: 0 };
  const { poll } = row;
  if (poll.count > 0) addGap(poll, Math.max(firstMs - before, 0));
  if (count > 1) addGap(poll, (lastMs - firstMs) / (count - 1));
  poll.count += count;
  poll.lastMs = Math.max(poll.lastMs, lastMs);
}

function addGap(poll: NonNullable<InteractionRow["poll"]>, gapMs: number): void {
  const isFirst = poll.gapMaxMs === 0 && poll.gapMeanMs === 0;
  const gain = isFirst ? 1 : GAIN;
  const deviationMs = isFirst ? gapMs / 2 : Math.abs(gapMs - poll.gapMeanMs);
  poll.gapDeviationMs += gain * (deviationMs - poll.gapDeviationMs);
  poll.gapMeanMs += gain * (gapMs - poll.gapMeanMs);
  poll.gapMaxMs = Math.max(poll.gapMaxMs, gapMs);
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
