/** What the rules on particular commands share: each one that was not learnt is a matter. */
import type { Severity } from "../../core/finding.ts";
import type { CommandCount, PlantAction } from "../../core/plant.ts";
import { defineRule, type Rule } from "./rule.ts";
import { counted, listed } from "./words.ts";

export interface ActionRuleOptions {
  name: string;
  summary: string;
  severity: Severity;
  techniques: readonly string[];
  actions: readonly PlantAction[];
  /** "loads a program into", between client and server. */
  verb: string;
}

/** Says something with and without a baseline: such commands are rare anywhere. */
export function actionRule(options: ActionRuleOptions): Rule {
  const { name, summary, severity, techniques, actions, verb } = options;
  return defineRule({
    name,
    summary,
    severity,
    techniques,
    needsNormal: false,
    begin:
      () =>
      ({ edges, normal }) =>
        edges.flatMap(({ key, client, server, protocol, commands, hasAction }) => {
          if (!hasAction) return [];
          const known = normal?.edgeAt(key);
          // An answer without its request says nothing of who asked: of UDP peers either may be the client.
          const found = commands.filter(
            ({ action, command, requestCount }) =>
              action !== undefined &&
              actions.includes(action) &&
              requestCount > 0 &&
              !known?.hasCommand(command),
          );
          if (found.length === 0) return [];
          const sent = sumOf(found, "requestCount");
          const answered = sumOf(found, "responseCount");
          const refused = sumOf(found, "errorCount");
          const names = [...new Set(found.map(({ command }) => command))];
          const figures = [
            counted(sent, "command"),
            ...(refused > 0 ? [`${refused} refused`] : []),
          ];
          return [
            {
              subject: key,
              groups: [client, server],
              why: `${client} ${verb} ${server}: ${listed(names)} (${protocol}, ${figures.join(", ")})`,
              numbers: { commands: sent, answers: answered, refused },
              sinceMs: Math.min(...found.map(({ firstMs }) => firstMs)),
            },
          ];
        }),
  });
}

function sumOf(
  commands: readonly CommandCount[],
  member: "requestCount" | "responseCount" | "errorCount",
): number {
  return commands.reduce((sum, command) => sum + command[member], 0);
}
