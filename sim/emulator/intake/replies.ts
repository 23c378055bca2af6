/** Replies as AWS IoT's captures show them, members in their order. */
import { Encoder } from "cbor-x";
import type { Format } from "./tree.ts";

export type ErrorCode = "InvalidPayload" | "MissingHeader" | "Throttled";

/** The first is from a capture; of the others no capture is known. */
const errorMessages: Record<ErrorCode, string> = {
  InvalidPayload: "Malformed metrics report",
  MissingHeader: "Missing header in metrics report",
  Throttled: "Metrics report rate exceeded",
};

export interface ReplyFields {
  thing: string;
  /** Null where the header could not be read: then the reply has none. */
  reportId: number | null;
  wallMs: number;
}

export function acceptedReply(fields: ReplyFields, format: Format): Uint8Array {
  return encodeReply({ ...idOf(fields), status: "ACCEPTED", timestamp: fields.wallMs }, format);
}

export function rejectedReply(
  fields: ReplyFields,
  errorCode: ErrorCode,
  format: Format,
): Uint8Array {
  const statusDetails = { ErrorCode: errorCode, ErrorMessage: errorMessages[errorCode] };
  const reply = { ...idOf(fields), status: "REJECTED", statusDetails, timestamp: fields.wallMs };
  return encodeReply(reply, format);
}

function idOf({ thing, reportId }: ReplyFields): Record<string, unknown> {
  return reportId === null ? { thingName: thing } : { thingName: thing, reportId };
}

const cbor = new Encoder({ useRecords: false, variableMapSize: true });

function encodeReply(reply: Record<string, unknown>, format: Format): Uint8Array {
  if (format === "json") return Buffer.from(JSON.stringify(reply));
  // cbor-x writes numbers above 32 bits as floats, but bigint as the integer that a client expects.
  const integers = Object.entries(reply).map(([name, value]) => [
    name,
    typeof value === "number" && value > 0xffffffff ? BigInt(value) : value,
  ]);
  return cbor.encode(Object.fromEntries(integers));
}
