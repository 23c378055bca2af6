/** What a core's tables say, with what left them. */
import { abi } from "../../agent/traffic/abi.ts";
import {
  type Command,
  type CoreQuery,
  drainCommands,
  drainConversations,
  readCommands,
  readConversations,
} from "../../agent/traffic/conversations.ts";
import type { Core } from "./harness.ts";

export function queryOf(core: Core): CoreQuery {
  return (what, a, b) => core.query(what, a, b);
}

export const conversationsOf = (core: Core) => readConversations(queryOf(core));
export const evictedOf = (core: Core) => drainConversations(queryOf(core));
export const commandsOf = (core: Core) => readCommands(queryOf(core));
export const evictedCommandsOf = (core: Core) => drainCommands(queryOf(core));

/** `client>server unit function error: requests responses errors`, sorted. */
export function commandLines(core: Core): string[] {
  return commandsOf(core).map(lineOf).sort();
}

function lineOf(each: Command): string {
  const what = `${each.client}>${each.server} ${each.object} ${each.functionCode} ${each.error}`;
  return `${what}: ${each.requestCount} ${each.responseCount} ${each.errorCount}`;
}

export function layerOf(core: Core, layer: number): { packets: number; bytes: number } {
  const layers = core.query(abi.QUERY_LAYERS);
  return {
    packets: Number(layers.getBigUint64(layer * 16, true)),
    bytes: Number(layers.getBigUint64(layer * 16 + 8, true)),
  };
}
