import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import { DAYS_MIN, learnProfile, MONTH_DAYS } from "../../detect/learning/learn.ts";
import { createRecorder, DATAPOINTS_MAX, daysOf } from "../../detect/learning/recording.ts";
import { parseProfile } from "../../detect/parse-profile.ts";
import { recordedReports } from "../recorded.ts";
import { parseVerbArgs } from "../verb.ts";
import type { ProfileAction } from "./action.ts";
import { nameOption, numberOption, pathOption } from "./args.ts";

export const learn: ProfileAction = {
  name: "learn",
  usage: "--reports R.ndjson [--name NAME] [--alarms-per-month N]",
  help: [
    "Propose a security profile from recorded reports; what is left out, and why,",
    "goes to stderr. N: alarms by chance of one thing a month, 1 if not given.",
  ],
  example: "fieldwarden profile learn --reports week.ndjson --alarms-per-month 2 >profile.json",
  async run(io) {
    const { values } = parseVerbArgs(io.args, {
      reports: { type: "string" },
      name: { type: "string" },
      "alarms-per-month": { type: "string" },
    });
    const path = pathOption(values, "reports", "profile learn");
    const name = nameOption(values) ?? "learnt";
    const alarmsPerMonth = numberOption(values, "alarms-per-month", 1);
    const { recording, add } = createRecorder();
    for await (const { thing, receivedAtMs, datapoints } of recordedReports(path)) {
      if (add(thing, datapoints, receivedAtMs)) continue;
      throw new FieldwardenError(
        ExitCode.badData,
        `${path} has more than ${DATAPOINTS_MAX} datapoints`,
        "Learn from fewer things or days.",
      );
    }
    const days = daysOf(recording);
    if (days < DAYS_MIN) {
      throw new FieldwardenError(
        ExitCode.badData,
        `${path} covers ${days.toFixed(2)} days: nothing can be learnt of less than ${DAYS_MIN}`,
        "Record a week: `fieldwarden run --record DIR`.",
      );
    }
    const learnt = learnProfile(recording, { name, alarmsPerMonth });
    const { reports, things } = recording;
    io.stderr(`${reports} reports of ${things.size} things in ${days.toFixed(1)} days\n`);
    for (const line of learnt.reasons) io.stderr(`  ${line}\n`);
    for (const line of learnt.notes) io.stderr(`note: ${line}\n`);
    const stated = learnt.alarmsPerMonth.toPrecision(2);
    const here = ((learnt.alarmsPerMonth * things.size * days) / MONTH_DAYS).toPrecision(2);
    io.stderr(
      `expected: ${stated} alarms by chance a thing and month of ${MONTH_DAYS} days, ` +
        `${here} in a recording like this one\n`,
    );
    const parsed = parseProfile(learnt.profile, { nameDefault: name, strict: true });
    if ("problems" in parsed)
      throw new Error(`learnt a bad profile: ${parsed.problems[0]?.message}`);
    io.stdout.write(`${JSON.stringify(learnt.profile, null, 2)}\n`);
    return ExitCode.ok;
  },
};
