import { cloudEvents } from "./cloudevents.ts";
import { eventBridge } from "./eventbridge.ts";
import type { Format } from "./format.ts";
import { ndjson } from "./ndjson.ts";
import { ocsf } from "./ocsf.ts";
import { snsEnvelope } from "./sns-envelope.ts";
import { snsMessage } from "./sns-message.ts";
import { syslog } from "./syslog.ts";

/** The formats that an output can be told to write; names as in the configuration. */
export const formats = {
  finding: ndjson,
  cloudevents: cloudEvents,
  sns: snsEnvelope,
  "sns-message": snsMessage,
  eventbridge: eventBridge,
  ocsf,
  syslog,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
