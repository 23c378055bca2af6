import { ExitCode } from "../../core/errors.ts";
import { lintProfile } from "../../detect/learning/lint.ts";
import { FLAPS_PER_DAY_MAX, lintRecorded } from "../../detect/learning/lint-recorded.ts";
import { loadProfile } from "../profile-file.ts";
import { parseVerbArgs } from "../verb.ts";
import type { ProfileAction } from "./action.ts";
import { numberOption, pathArgument } from "./args.ts";
import { rehearseOver } from "./rehearse.ts";

export const lint: ProfileAction = {
  name: "lint",
  usage: "P.json [--reports R.ndjson] [--flaps-per-day N]",
  help: [
    "Name behaviors that never or always fire; with recorded reports also those that",
    `flap: more than N (${FLAPS_PER_DAY_MAX}) alarms and clears a thing and day. Exit 1 when there are any.`,
  ],
  example: "fieldwarden profile lint gateway-profile.json --reports week.ndjson",
  async run(io) {
    const { values, positionals } = parseVerbArgs(
      io.args,
      { reports: { type: "string" }, "flaps-per-day": { type: "string" } },
      1,
    );
    const path = pathArgument(positionals, "profile lint");
    const flapsPerDayMax = numberOption(values, "flaps-per-day", FLAPS_PER_DAY_MAX);
    const { profile } = await loadProfile(path);
    const findings = lintProfile(profile);
    if (typeof values.reports === "string") {
      const rehearsed = await rehearseOver(profile, values.reports, []);
      const known = new Set(findings.map(({ behavior }) => behavior));
      const recorded = lintRecorded(profile, rehearsed, flapsPerDayMax);
      findings.push(...recorded.filter(({ behavior }) => !known.has(behavior)));
      for (const { name, unjudged } of rehearsed.behaviors) {
        if (unjudged !== null) io.stderr(`note: ${name}: not judged: ${unjudged}\n`);
      }
    }
    for (const { behavior, what, why, mend } of findings) {
      io.stdout.write(`${behavior}: ${what}: ${why}; ${mend}\n`);
    }
    if (findings.length > 0) return ExitCode.findings;
    io.stdout.write(`${path}: nothing to mend in ${profile.behaviors.length} behaviors\n`);
    return ExitCode.ok;
  },
};
