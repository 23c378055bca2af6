/** The topics of Device Defender metrics (developer guide, "Reserved topics"). */
import { THING_NAME_BYTES_MAX } from "../limits.ts";
import type { Format } from "./tree.ts";

const METRICS = /^\$aws\/things\/([^/]+)\/defender\/metrics\/(json|cbor)$/;

export interface MetricsTopic {
  thing: string;
  format: Format;
}

export function metricsTopicOf(topic: string): MetricsTopic | null {
  const match = METRICS.exec(topic);
  return match === null
    ? null
    : { thing: match[1]!, format: match[2] === "cbor" ? "cbor" : "json" };
}

/** Replies go beside the report, in the same format. */
export function replyTopicOf({ thing, format }: MetricsTopic, status: "accepted" | "rejected") {
  return `$aws/things/${thing}/defender/metrics/${format}/${status}`;
}

/** "Detect": reports of things with other names are rejected. Null when the name is taken. */
export function thingProblemOf(thing: string): string | null {
  if (/\p{Cc}/u.test(thing)) return "the thing's name has control characters";
  if (Buffer.byteLength(thing) <= THING_NAME_BYTES_MAX) return null;
  return `the thing's name has more than ${THING_NAME_BYTES_MAX} bytes of UTF-8`;
}
