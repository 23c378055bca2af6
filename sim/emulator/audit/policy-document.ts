/** The statements of an IoT policy, read for judging: every list as a list. */

export interface Statement {
  effect: "Allow" | "Deny";
  actions: readonly string[];
  resources: readonly string[];
  hasCondition: boolean;
}

/** A document that cannot be read says nothing. */
export function statementsOf(document: string): Statement[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    return [];
  }
  const statements = (parsed as { Statement?: unknown } | null)?.Statement;
  return listOf(statements).flatMap((one): Statement[] => {
    if (typeof one !== "object" || one === null) return [];
    const { Effect, Action, Resource, Condition } = one as Record<string, unknown>;
    if (Effect !== "Allow" && Effect !== "Deny") return [];
    return [
      {
        effect: Effect,
        actions: textsOf(Action),
        resources: textsOf(Resource),
        hasCondition: Condition !== undefined,
      },
    ];
  });
}

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const textsOf = (value: unknown) => listOf(value).filter((text) => typeof text === "string");

/** Whether a statement's actions hold this one: "*", "iot:*" and "iot:Pub*" do. */
export function holdsAction({ actions }: Statement, action: string): boolean {
  return actions.some((pattern) => wildcard(pattern.toLowerCase()).test(action.toLowerCase()));
}

/** The part of an ARN behind the account: "topic/a/b"; "*" as it is. */
export const resourceOf = (arn: string) => (arn === "*" ? "*" : arn.split(":").slice(5).join(":"));

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*/g, ".*");
  return new RegExp(`^${escaped}$`);
}
