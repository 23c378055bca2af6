/** What the rules on manners share: facts named "weakness", one matter per server and kind. */
import type { Severity } from "../../core/finding.ts";
import type { PlantSubject, PlantWeakness } from "../../core/plant.ts";
import { defineRule, type Rule } from "./rule.ts";

export interface WeaknessRuleOptions {
  name: string;
  summary: string;
  severity: Severity;
  techniques: readonly string[];
  /** Said of the server. */
  sentences: Readonly<Partial<Record<PlantWeakness, string>>>;
}

export const subjectText = ({ address, mac, object }: PlantSubject): string =>
  [address ?? mac ?? "", object ?? ""].filter((part) => part !== "").join(" ");

export function weaknessRule(options: WeaknessRuleOptions): Rule {
  const { sentences, ...rest } = options;
  const known: Readonly<Record<string, string>> = sentences;
  return defineRule({
    ...rest,
    needsNormal: false,
    quietMs: 86_400_000,
    begin:
      () =>
      ({ observation, normal }) =>
        observation.facts.flatMap(({ name, value, subject, peer, source, atMs }) => {
          const sentence = known[value];
          if (name !== "weakness" || sentence === undefined) return [];
          const server = subjectText(subject);
          if (normal?.hasWeakness(server, value)) return [];
          const user = peer === undefined ? "" : `, seen from ${peer}`;
          return [
            {
              subject: `${server}: ${value}`,
              groups: [server],
              why: `${server} ${sentence} (${source}${user})`,
              numbers: {},
              sinceMs: atMs,
            },
          ];
        }),
  });
}
