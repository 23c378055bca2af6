import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { createMlJudge, mlSettings } from "../detect/anomaly/judge.ts";
import { createDetector, type Detector } from "../detect/engine.ts";
import type { Behavior, SecurityProfile } from "../detect/profile.ts";
import { sentenceOf } from "../detect/sentence.ts";
import type { DetectSettings } from "../detect/settings.ts";
import { SLOT_MS, slotOf } from "../detect/slots.ts";
import type { ViolationEvent } from "../detect/violation.ts";
import { loadProfile } from "./profile-file.ts";
import { recordedReports } from "./recorded.ts";
import { type ArgValues, type Io, parseVerbArgs, type Verb } from "./verb.ts";

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = mlSettings.trainingMs / DAY_MS;

const choices = {
  percentile: ["nearest-rank", "linear"],
  levels: ["last", "sum"],
} as const;

export const detect: Verb = {
  name: "detect",
  summary: "Judge recorded reports by security profiles, as Device Defender Detect does.",
  help: `Usage: fieldwarden detect --profile P.json [--profile …] --reports R.ndjson [--json]

  --profile P     A security profile: what CreateSecurityProfile takes or DescribeSecurityProfile
                  returns, or a list of behaviors. All profiles apply to all things.
  --reports R     Recorded reports, or - for standard input; a line each:
                  {"thing":"gateway-1","received_at":1790000000000,"report":{…}}
  --json          One JSON line an event, instead of a readable one.
  --percentile M  How statistics are taken: nearest-rank, or linear between two values.
  --ml-days N     Days that the models of mlDetectionConfig learn from the recording before they
                  judge (${DAYS_DEFAULT}), and --ml-datapoints N: of at least so many values (${mlSettings.trainingDatapointsMin}).
  --levels L      A level (ports, connections, custom numbers) over a durationSeconds: the last
                  report's (last), or of all slots together (sum).

Exit 1 when something alarmed, 65 for a bad line, 66 for a missing file, 78 for a bad profile.

Example: fieldwarden detect --profile gateway-profile.json --reports week.ndjson --json`,
  takesConfig: false,
  async run(io) {
    const { values } = parseVerbArgs(io.args, {
      profile: { type: "string", multiple: true },
      reports: { type: "string" },
      json: { type: "boolean" },
      percentile: { type: "string" },
      levels: { type: "string" },
      "ml-days": { type: "string" },
      "ml-datapoints": { type: "string" },
    });
    const paths = (values.profile ?? []) as string[];
    if (paths.length === 0) throw missing("--profile P.json");
    if (typeof values.reports !== "string") throw missing("--reports R.ndjson");
    const settings: Partial<DetectSettings> = {
      ...choiceOf(values, "percentile"),
      ...choiceOf(values, "levels"),
    };
    const training = {
      ...mlSettings,
      trainingMs: DAY_MS * numberOf(values, "ml-days", DAYS_DEFAULT),
      trainingDatapointsMin: numberOf(values, "ml-datapoints", mlSettings.trainingDatapointsMin),
    };
    const profiles = await loadProfiles(paths);
    const ml = createMlJudge(training, null);
    const detector = createDetector({ profiles, settings, ml });
    return replay(detector, values.reports, io, writerOf(profiles, values.json === true));
  },
};

/** Feeds the recording to its end, and closes the slot that its newest report is in. */
async function replay(
  detector: Detector,
  reports: string,
  { stdout }: Io,
  lineOf: (event: ViolationEvent) => string,
): Promise<ExitCode> {
  let alarmed = false;
  let newestMs = 0;
  const write = async (events: readonly ViolationEvent[]) => {
    if (events.length === 0) return;
    alarmed ||= events.some(({ event }) => event === "in-alarm");
    if (stdout.write(`${events.map(lineOf).join("\n")}\n`)) return;
    await new Promise((resolve) => stdout.once("drain", resolve));
  };
  for await (const { thing, receivedAtMs, datapoints } of recordedReports(reports)) {
    await write(detector.observe(thing, datapoints, receivedAtMs));
    newestMs = Math.max(newestMs, receivedAtMs);
  }
  await write(detector.advance((slotOf(newestMs) + 1) * SLOT_MS));
  return alarmed ? ExitCode.findings : ExitCode.ok;
}

async function loadProfiles(paths: readonly string[]): Promise<SecurityProfile[]> {
  const profiles: SecurityProfile[] = [];
  for (const path of paths) {
    const { profile } = await loadProfile(path);
    const { securityProfileName: name } = profile;
    if (profiles.some((other) => other.securityProfileName === name)) {
      throw new FieldwardenError(
        ExitCode.config,
        `${path}: another profile has the name ${name} too`,
        "Give one of them another securityProfileName.",
      );
    }
    profiles.push(profile);
  }
  return profiles;
}

function writerOf(
  profiles: readonly SecurityProfile[],
  isJson: boolean,
): (event: ViolationEvent) => string {
  if (isJson) return jsonOf;
  const behaviors = new Map<string, Behavior>();
  for (const { securityProfileName, behaviors: all } of profiles) {
    for (const behavior of all) behaviors.set(`${securityProfileName}/${behavior.name}`, behavior);
  }
  return (event) => {
    const name = `${event.profile}/${event.behavior}`;
    const time = new Date(event.timeMs).toISOString();
    const sentence = sentenceOf(event, behaviors.get(name)!);
    return `${time}  ${event.thing}  ${event.event}  ${name}: ${sentence}`;
  };
}

function jsonOf({ thing, profile, behavior, event, timeMs, value, violationId }: ViolationEvent) {
  return JSON.stringify({
    thing,
    profile,
    behavior,
    event,
    time: timeMs,
    value,
    violation_id: violationId,
  });
}

function choiceOf(values: ArgValues, name: keyof typeof choices): Partial<DetectSettings> {
  const value = values[name];
  if (value === undefined) return {};
  const known: readonly string[] = choices[name];
  if (known.includes(value as string)) return { [name]: value };
  throw new FieldwardenError(
    ExitCode.usage,
    `--${name} is "${value}": it takes ${known.join(" or ")}`,
    "Leave it out for the first of them.",
  );
}

function numberOf(values: ArgValues, name: string, byDefault: number): number {
  const number = values[name] === undefined ? byDefault : Number(values[name]);
  if (number >= 0 && Number.isFinite(number)) return number;
  throw new FieldwardenError(
    ExitCode.usage,
    `--${name} is "${values[name]}": it takes a number of 0 or more`,
    `Leave it out for ${byDefault}.`,
  );
}

function missing(option: string): FieldwardenError {
  return new FieldwardenError(ExitCode.usage, `detect needs ${option}`, "`--help` has an example.");
}
