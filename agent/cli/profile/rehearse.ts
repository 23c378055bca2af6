import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import { groupedBy } from "../../detect/learning/grouped.ts";
import { LABELS_MAX, type Label, parseLabel } from "../../detect/learning/label.ts";
import { MONTH_DAYS } from "../../detect/learning/learn.ts";
import { type Billing, detectPrices, usdOf } from "../../detect/learning/prices.ts";
import { createRehearsal, type Rehearsed } from "../../detect/learning/rehearsal.ts";
import type { SecurityProfile } from "../../detect/profile.ts";
import { inputLines } from "../../world/input.ts";
import { loadProfile } from "../profile-file.ts";
import { recordedReports } from "../recorded.ts";
import { parseVerbArgs } from "../verb.ts";
import type { ProfileAction } from "./action.ts";
import { numberOption, pathArgument, pathOption } from "./args.ts";

const billings = ["rules", "ml"] as const satisfies readonly Billing[];

export const rehearse: ProfileAction = {
  name: "rehearse",
  usage: "P.json --reports R.ndjson [--labels L.ndjson] [--things N] [--json]",
  help: [
    "Replay recorded reports: alarms a month, time to detect what is labelled, the",
    "metric datapoints a month and what AWS takes for them of N things.",
    'A label is {"thing":"gateway-1","from":epoch ms,"to":epoch ms,"label":"scan"}.',
  ],
  example: "fieldwarden profile rehearse profile.json --reports week.ndjson --things 500",
  async run(io) {
    const { values, positionals } = parseVerbArgs(
      io.args,
      {
        reports: { type: "string" },
        labels: { type: "string" },
        things: { type: "string" },
        json: { type: "boolean" },
      },
      1,
    );
    const path = pathArgument(positionals, "profile rehearse");
    const reports = pathOption(values, "reports", "profile rehearse");
    const things = numberOption(values, "things", null);
    const { profile } = await loadProfile(path);
    const labels = typeof values.labels === "string" ? await readLabels(values.labels) : [];
    const rehearsed = await rehearseOver(profile, reports, labels);
    const fleet = things ?? rehearsed.things;
    const text =
      values.json === true ? jsonOf(profile, rehearsed, fleet) : textOf(profile, rehearsed, fleet);
    io.stdout.write(text);
    return ExitCode.ok;
  },
};

/** Throws FieldwardenError: 65 when the recording spans no time, or has a bad line. */
export async function rehearseOver(
  profile: SecurityProfile,
  reports: string,
  labels: readonly Label[],
): Promise<Rehearsed> {
  const rehearsal = createRehearsal(profile, labels);
  for await (const { thing, receivedAtMs, datapoints } of recordedReports(reports)) {
    rehearsal.observe(thing, datapoints, receivedAtMs);
  }
  const rehearsed = rehearsal.finish();
  if (rehearsed.days > 0) return rehearsed;
  throw new FieldwardenError(
    ExitCode.badData,
    `${reports} spans no time: it has ${rehearsed.reports} reports`,
    "Rehearse with a recorded week.",
  );
}

async function readLabels(path: string): Promise<Label[]> {
  const labels: Label[] = [];
  let number = 0;
  for await (const line of inputLines(path)) {
    number++;
    if (line.trim() === "") continue;
    const label = labels.length < LABELS_MAX ? parseLabel(line) : `more than ${LABELS_MAX} labels`;
    if (typeof label !== "string") labels.push(label);
    else throw new FieldwardenError(ExitCode.badData, `${path}:${number}: ${label}`, labelHint);
  }
  return labels;
}

const labelHint = 'A line is {"thing":"gateway-1","from":epoch ms,"to":epoch ms,"label":"scan"}.';

function jsonOf(profile: SecurityProfile, rehearsed: Rehearsed, fleet: number): string {
  const { days, things, reports, behaviors, alarmsPerMonth, detections } = rehearsed;
  const { datapointsPerMonth } = rehearsed;
  const answer = {
    profile: profile.securityProfileName,
    days,
    things,
    reports,
    month_days: MONTH_DAYS,
    alarms_per_month_and_thing: alarmsPerMonth,
    alarms_per_month_and_thing_range: rehearsed.alarmsPerMonthRange,
    behaviors: behaviors.map((one) => ({
      name: one.name,
      metric: one.metric,
      billed_as: one.billing,
      alarms: one.alarms,
      alarms_unlabelled: one.unlabelled,
      alarms_per_month_and_thing: one.alarmsPerMonth,
      alarm_share_of_time: one.alarmShare,
      datapoints_per_month_and_thing: one.datapointsPerMonth,
      unjudged: one.unjudged,
    })),
    labels: detections.map(({ label, afterMs, behavior }) => ({
      thing: label.thing,
      from: label.fromMs,
      to: label.toMs,
      label: label.label,
      detected_after_ms: afterMs,
      behavior,
    })),
    price: Object.fromEntries(
      billings.map((billing) => [
        billing,
        {
          datapoints_per_month_and_thing: datapointsPerMonth[billing],
          things: fleet,
          usd_per_month: usdOf(billing, datapointsPerMonth[billing] * fleet),
        },
      ]),
    ),
    price_source: detectPrices.source,
  };
  return `${JSON.stringify(answer)}\n`;
}

function textOf(profile: SecurityProfile, rehearsed: Rehearsed, fleet: number): string {
  const { days, things, reports, behaviors, alarmsPerMonth, detections } = rehearsed;
  const [low, high] = rehearsed.alarmsPerMonthRange.map(shortOf);
  const width = Math.max(...behaviors.map(({ name }) => name.length), 8);
  const lines = [
    `${profile.securityProfileName}: ${reports} reports of ${things} things in ${days.toFixed(1)} days`,
    "",
    `${"behavior".padEnd(width)}  alarms  a month and thing  datapoints a month and thing`,
    ...behaviors.map((one) => {
      const rate = one.unjudged ?? shortOf(one.alarmsPerMonth);
      const datapoints = Math.round(one.datapointsPerMonth);
      return `${one.name.padEnd(width)}  ${String(one.alarms).padStart(6)}  ${rate.padStart(17)}  ${datapoints}`;
    }),
    "",
    `expected: ${shortOf(alarmsPerMonth)} alarms a thing and month of ${MONTH_DAYS} days ` +
      `(${low} to ${high}, 95 times in 100), ${shortOf(alarmsPerMonth * fleet)} of ${fleet} things`,
  ];
  if (detections.length > 0) lines.push("", ...detectionLines(rehearsed));
  lines.push("");
  for (const billing of billings) {
    const datapoints = rehearsed.datapointsPerMonth[billing];
    const usd = usdOf(billing, datapoints * fleet).toFixed(2);
    const total = Math.round(datapoints * fleet);
    lines.push(`price, ${billing}: ${total} datapoints a month of ${fleet} things: $${usd}`);
  }
  lines.push(`prices: ${detectPrices.source}`);
  return `${lines.join("\n")}\n`;
}

function detectionLines({ detections }: Rehearsed): string[] {
  const lines: string[] = [];
  for (const [label, all] of groupedBy(detections, (one) => one.label.label)) {
    const after = all.flatMap(({ afterMs }) => afterMs ?? []).sort((a, b) => a - b);
    const median = after[after.length >> 1];
    const within =
      median === undefined
        ? ""
        : `, half within ${Math.round(median / 1000)} s, all within ${Math.round(after.at(-1)! / 1000)} s`;
    lines.push(`label ${label}: ${after.length} of ${all.length} found${within}`);
  }
  for (const { label, behavior, afterMs } of detections) {
    const what = afterMs === null ? "missed" : `${Math.round(afterMs / 1000)} s, ${behavior}`;
    lines.push(
      `  ${new Date(label.fromMs).toISOString()}  ${label.thing}  ${label.label}: ${what}`,
    );
  }
  return lines;
}

function shortOf(rate: number): string {
  return rate === 0 ? "0" : rate < 100 ? rate.toPrecision(2) : String(Math.round(rate));
}
