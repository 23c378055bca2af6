/**
 * A command that a learnt interaction did not have. Writes of a client that never wrote are new_writer's;
 * commands that start, stop or load are judged by rules of their own.
 */
import type { CommandCount } from "../../core/plant.ts";
import type { NormalEdge } from "../baseline/normal.ts";
import { defineRule } from "./rule.ts";
import { counted, listed } from "./words.ts";

export const newCommand = defineRule({
  name: "new_command",
  summary: "a known interaction sends a command that it did not while learning",
  severity: "medium",
  techniques: ["T0855"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin:
    () =>
    ({ edges, normal }) =>
      edges.flatMap(({ key, client, server, protocol, commands }) => {
        const known = normal?.edgeAt(key) ?? null;
        if (known === null) return [];
        const fresh = commands.filter((command) => isNew(command, known));
        if (fresh.length === 0) return [];
        const requests = fresh.reduce((sum, { requestCount }) => sum + requestCount, 0);
        const names = [...new Set(fresh.map(({ command }) => command))];
        return [
          {
            subject: key,
            groups: [client, server],
            why: `${client} sends ${server} commands that it did not while learning: ${listed(names)} (${counted(requests, "request")} of ${protocol})`,
            numbers: { commands: names.length, requests },
            ...(names.length > 0 &&
              fresh.every(({ commandClass }) => commandClass === "read") && {
                severity: "low" as const,
              }),
            sinceMs: Math.min(...fresh.map(({ firstMs }) => firstMs)),
          },
        ];
      }),
});

/** A function that its protocol's file does not name: "function 0x46", "hart command 107". */
const UNNAMED = /(0x[0-9a-f]+|\d)$/;

function isNew(counted: CommandCount, known: NormalEdge): boolean {
  const { command, commandClass, action, requestCount } = counted;
  if (requestCount === 0 || action !== undefined || known.hasCommand(command)) return false;
  // What is named and neither reads nor changes anything keeps a session up: close, confirm, ping.
  if (commandClass === "other" && !UNNAMED.test(command)) return false;
  const changes = commandClass === "write" || commandClass === "control";
  return !changes || known.hasClass("write") || known.hasClass("control");
}
