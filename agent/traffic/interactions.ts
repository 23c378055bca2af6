/** Who asks what of whom, summed over observations: a row for client, server and protocol, and its commands. */
import type {
  CommandClass,
  CommandCount,
  ConversationCount,
  PlantAction,
  PlantObservation,
} from "../core/plant.ts";

/** Further ones are only counted. */
export const INTERACTIONS_MAX = 4096;
export const INTERACTION_COMMANDS_MAX = 256;

export interface Interaction {
  client: string;
  server: string;
  protocol: string;
  firstMs: number;
  lastMs: number;
  commands: InteractionCommand[];
}

export interface InteractionCommand {
  object: string;
  command: string;
  commandClass: CommandClass;
  action?: PlantAction;
  /** Name of the error in errorCount; empty without one. */
  error: string;
  requestCount: number;
  responseCount: number;
  errorCount: number;
  firstMs: number;
  lastMs: number;
}

export interface Interactions {
  observe(observation: PlantObservation): void;
  /** In the order in which they were first seen. */
  rows(): Interaction[];
  /** Commands and conversations that found no room. */
  readonly lostCount: number;
}

interface Row extends Omit<Interaction, "commands"> {
  commands: Map<string, InteractionCommand>;
}

export function createInteractions(): Interactions {
  const rows = new Map<string, Row>();
  let lostCount = 0;

  function rowOf(
    client: string,
    server: string,
    protocol: string,
    firstMs: number,
    lastMs: number,
  ): Row | undefined {
    const key = `${client} ${server} ${protocol}`;
    let row = rows.get(key);
    if (row === undefined) {
      if (rows.size === INTERACTIONS_MAX) {
        lostCount++;
        return undefined;
      }
      row = { client, server, protocol, firstMs, lastMs, commands: new Map() };
      rows.set(key, row);
    }
    row.firstMs = Math.min(row.firstMs, firstMs);
    row.lastMs = Math.max(row.lastMs, lastMs);
    return row;
  }

  function addCommand(count: CommandCount): void {
    const { client, server, protocol, object, command, error, firstMs, lastMs } = count;
    const row = rowOf(client, server, protocol, firstMs, lastMs);
    if (row === undefined) return;
    const key = `${object} ${command} ${error}`;
    const known = row.commands.get(key);
    if (known !== undefined) {
      addCounts(known, count);
      return;
    }
    if (row.commands.size === INTERACTION_COMMANDS_MAX) {
      lostCount++;
      return;
    }
    const { commandClass, action, requestCount, responseCount, errorCount } = count;
    row.commands.set(key, {
      object,
      command,
      commandClass,
      ...(action && { action }),
      error,
      requestCount,
      responseCount,
      errorCount,
      firstMs,
      lastMs,
    });
  }

  function addConversation(conversation: ConversationCount): void {
    const { service, client, initiator, responder, firstMs, lastMs } = conversation;
    if (service === "") return;
    const [asks, serves] = client === "responder" ? [responder, initiator] : [initiator, responder];
    rowOf(asks.address, serves.address, service, firstMs, lastMs);
  }

  return {
    observe({ commands, conversations }) {
      for (const count of commands) addCommand(count);
      for (const conversation of conversations) addConversation(conversation);
    },
    rows: () => [...rows.values()].map((row) => ({ ...row, commands: [...row.commands.values()] })),
    get lostCount() {
      return lostCount;
    },
  };
}

function addCounts(known: InteractionCommand, count: CommandCount): void {
  known.requestCount += count.requestCount;
  known.responseCount += count.responseCount;
  known.errorCount += count.errorCount;
  known.firstMs = Math.min(known.firstMs, count.firstMs);
  known.lastMs = Math.max(known.lastMs, count.lastMs);
}
