import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import { loadProfile } from "../profile-file.ts";
import { parseVerbArgs } from "../verb.ts";
import type { ProfileAction } from "./action.ts";

export const validate: ProfileAction = {
  name: "validate",
  usage: "[--strict] P.json",
  help: [
    "Check a security profile as AWS's API does; exit 78 when something is wrong.",
    "--strict: also what only AWS refuses, as spaces in a behavior's name.",
  ],
  example: "fieldwarden profile validate gateway-profile.json",
  async run(io) {
    const { values, positionals } = parseVerbArgs(io.args, { strict: { type: "boolean" } }, 1);
    const [path] = positionals;
    if (path === undefined) {
      throw new FieldwardenError(
        ExitCode.usage,
        "profile validate: say which file",
        "`fieldwarden profile --help`",
      );
    }
    const { profile, notes } = await loadProfile(path, values.strict === true);
    for (const { message } of notes) io.stderr(`note: for AWS, ${message}\n`);
    const { securityProfileName: name, behaviors } = profile;
    const ml = behaviors.filter(({ criteria }) => criteria.mlDetectionConfig !== undefined).length;
    io.stdout.write(`${path}: good (${name}: ${behaviors.length} behaviors, ${ml} of them ML)\n`);
    return ExitCode.ok;
  },
};
