import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import type { ProfileAction } from "./profile/action.ts";
import { importProfile } from "./profile/import.ts";
import { learn } from "./profile/learn.ts";
import { lint } from "./profile/lint.ts";
import { rehearse } from "./profile/rehearse.ts";
import { validate } from "./profile/validate.ts";
import type { Verb } from "./verb.ts";

const actions: readonly ProfileAction[] = [validate, learn, lint, rehearse, importProfile];

export const profile: Verb = {
  name: "profile",
  summary: "Work on security profiles, the files that say what is normal.",
  help: `Usage: ${actions.map(({ name, usage }) => `fieldwarden profile ${name} ${usage}`).join("\n       ")}

${actions.map(helpOf).join("\n")}

${actions.map(({ example }) => `Example: ${example}`).join("\n")}`,
  takesConfig: false,
  async run(io) {
    const [name = "", ...args] = io.args;
    const action = actions.find((one) => one.name === name);
    if (action === undefined) throw unknownAction(name);
    return action.run({ ...io, args });
  },
};

function helpOf({ name, help }: ProfileAction): string {
  return help.map((line, index) => `  ${(index === 0 ? name : "").padEnd(11)}${line}`).join("\n");
}

function unknownAction(name: string): FieldwardenError {
  const names = actions.map((action) => action.name);
  const near = nearest(name, names);
  return new FieldwardenError(
    ExitCode.usage,
    name === "" ? `profile: say what: ${names.join(", ")}` : `profile: there is no "${name}"`,
    near === null ? "`fieldwarden profile --help`" : `Did you mean "profile ${near}"?`,
  );
}
