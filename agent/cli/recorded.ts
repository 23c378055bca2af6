import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Datapoint } from "../detect/datapoint.ts";
import { datapointsOf } from "../detect/report.ts";
import { inputLines } from "../world/input.ts";

/** A line of a recording: {"thing":…,"received_at":epoch ms,"report":{…}}. */
export interface RecordedReport {
  thing: string;
  receivedAtMs: number;
  datapoints: readonly Datapoint[];
}

/** The last millisecond that JavaScript's Date can name. */
const TIME_MS_MAX = 8.64e15;
/** Longest thing name that Device Defender takes, in bytes of UTF-8. */
const THING_BYTES_MAX = 128;

/**
 * The reports of a recording ("-": standard input), in its order. Throws FieldwardenError: 65 with the
 * number of a line that is no recorded report, 66 when the file cannot be read.
 */
export async function* recordedReports(path: string): AsyncGenerator<RecordedReport> {
  let number = 0;
  for await (const line of inputLines(path)) {
    number++;
    if (line.trim() === "") continue;
    const read = parseLine(line);
    if (typeof read !== "string") yield read;
    else throw new FieldwardenError(ExitCode.badData, `${path}:${number}: ${read}`, lineHint);
  }
}

const lineHint = 'A line is {"thing":"gateway-1","received_at":1790000000000,"report":{…}}.';

/** The report, or what is wrong with the line. */
function parseLine(line: string): RecordedReport | string {
  let entry: { thing?: unknown; received_at?: unknown; report?: unknown } | null;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (typeof entry !== "object" || entry === null) return "not an object";
  const { thing, received_at: receivedAt, report } = entry;
  if (typeof thing !== "string" || thing === "" || Buffer.byteLength(thing) > THING_BYTES_MAX) {
    return `thing is not a name of 1 to ${THING_BYTES_MAX} bytes`;
  }
  if (!Number.isInteger(receivedAt) || !((receivedAt as number) >= 0)) {
    return "received_at is not in whole epoch milliseconds";
  }
  if ((receivedAt as number) > TIME_MS_MAX) return "received_at is beyond the calendar";
  const read = datapointsOf(report);
  if ("problem" in read) return read.problem;
  return { thing, receivedAtMs: receivedAt as number, datapoints: read.datapoints };
}
