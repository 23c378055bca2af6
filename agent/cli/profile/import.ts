import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import { importAzure } from "../../detect/learning/azure.ts";
import type { Imported } from "../../detect/learning/imported.ts";
import { importOsquery } from "../../detect/learning/osquery.ts";
import { jsonOfPack } from "../../detect/learning/osquery-sql.ts";
import { parseProfile } from "../../detect/parse-profile.ts";
import type { SecurityProfile } from "../../detect/profile.ts";
import { readInput } from "../../world/input.ts";
import { parseVerbArgs } from "../verb.ts";
import type { ProfileAction } from "./action.ts";
import { nameOption, pathArgument } from "./args.ts";

export const importProfile: ProfileAction = {
  name: "import",
  usage: "FILE [--name NAME]",
  help: [
    "Make a profile of what DescribeSecurityProfile printed, of an osquery pack, or of",
    "an Azure device security group or module twin; what does not map goes to stderr.",
  ],
  example: "fieldwarden profile import network-pack.conf >profile.json",
  async run(io) {
    const { values, positionals } = parseVerbArgs(io.args, { name: { type: "string" } }, 1);
    const path = pathArgument(positionals, "profile import");
    const name = nameOption(values);
    const input = parseJson(path, await readInput(path));
    const imported = importAzure(input) ?? importOsquery(input);
    for (const note of imported?.notes ?? []) io.stderr(`note: ${note}\n`);
    const parsed = parseProfile(imported === null ? input : profileOf(imported), {
      nameDefault: "imported",
    });
    if ("problems" in parsed) throw badProfile(path, parsed.problems);
    for (const { message } of parsed.notes) io.stderr(`note: for AWS, ${message}\n`);
    const profile = { ...parsed.profile, ...(name !== null && { securityProfileName: name }) };
    if (isEmpty(profile)) {
      throw new FieldwardenError(
        ExitCode.badData,
        `${path}: nothing of it maps to a security profile`,
        "`fieldwarden profile learn` proposes one from recorded reports.",
      );
    }
    io.stdout.write(`${JSON.stringify(profile, null, 2)}\n`);
    return ExitCode.ok;
  },
};

function profileOf({ behaviors, retained }: Imported): object {
  return {
    behaviors,
    ...(retained.length > 0 && { additionalMetricsToRetainV2: retained }),
  };
}

function isEmpty(profile: SecurityProfile): boolean {
  const { behaviors, additionalMetricsToRetain, additionalMetricsToRetainV2 } = profile;
  const retained = [...(additionalMetricsToRetain ?? []), ...(additionalMetricsToRetainV2 ?? [])];
  return behaviors.length + retained.length === 0;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It may be a pack, whose JSON is osquery's own.
  }
  const json = jsonOfPack(text);
  try {
    return JSON.parse(json);
  } catch (error) {
    const { message } = error as Error;
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? json.length);
    const line = json.slice(0, position).split("\n").length;
    throw new FieldwardenError(
      ExitCode.badData,
      `${path}:${line}: no JSON: ${message}`,
      formatHint,
    );
  }
}

const formatHint = "It takes DescribeSecurityProfile's JSON, an osquery pack, or Azure's JSON.";

function badProfile(path: string, problems: readonly { message: string }[]): FieldwardenError {
  const lines = problems.map(({ message }) => `${path}: ${message}`);
  return new FieldwardenError(ExitCode.config, lines.join("\n"), formatHint);
}
