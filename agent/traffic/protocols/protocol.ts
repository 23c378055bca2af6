import type { CommandClass, PlantAction } from "../../core/plant.ts";
import type { Command } from "../conversations.ts";

/** What a command says, in the words of CommandCount (agent/core/plant.ts). */
export interface CommandMeaning {
  object: string;
  command: string;
  commandClass: CommandClass;
  action?: PlantAction;
  error: string;
}

/** Takes `count` more of `key` in a group between two ends (`client>server`). */
export type Tally = (pair: string, group: string, key: string, count: number) => void;

export interface Protocol {
  /** One of abi.OT_: of the kinds (abi.KIND_) that are its own, and of conversations that speak it. */
  id: number;
  /** As in `watch --json`. */
  name: string;
  /** Null: a count that is no command by itself, such as of link frames. */
  describe(command: Command): CommandMeaning | null;
  /** Spells the counts as `watch --json` has them under `commands`. Counts of 0 may be told. */
  tally(command: Command, add: Tally): void;
}

export function defineProtocol(protocol: Protocol): Protocol {
  return protocol;
}

/** What a function is called, and what it does to the device. */
export type Name = readonly [command: string, commandClass: CommandClass, action?: PlantAction];

export function nameOf(
  names: Readonly<Record<string, Name>>,
  code: number | string,
  unknown: string,
): Pick<CommandMeaning, "command" | "commandClass" | "action"> {
  const [command, commandClass, action] = names[code] ?? [unknown, "other"];
  return { command, commandClass, ...(action && { action }) };
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

export function pairOf({ client, server }: Command): string {
  return `${client}>${server}`;
}

/** Everything that was counted, whoever said it. */
export function countOf({ requestCount, responseCount, errorCount }: Command): number {
  return requestCount + responseCount + errorCount;
}

/** What each end said, in the words of the truth files: the client's to the server, and the server's. */
export function waysOf(command: Command): readonly (readonly [way: string, count: number])[] {
  return [
    ["to_server", command.requestCount],
    ["to_client", command.responseCount + command.errorCount],
  ];
}

/** For protocols whose pairs are not client and server, but sender and receiver of each message. */
export function countBySender(command: Command, add: Tally, group: string, key: string): void {
  const { client, server, requestCount, responseCount, errorCount } = command;
  add(`${client}>${server}`, group, key, requestCount);
  add(`${server}>${client}`, group, key, responseCount + errorCount);
}
