/**
 * CloudEvents 1.0 in structured JSON (JSON Event Format §3). `source` and `id` together are unique
 * per record, so that a receiver knows a second delivery.
 */
import type { Notice } from "../notice.ts";
import { type Format, type Speaker, timestampOf } from "./format.ts";

export const cloudEvents: Format = {
  contentType: "application/cloudevents+json",
  encode: (notice, speaker) => JSON.stringify(cloudEventOf(notice, speaker)),
};

function cloudEventOf(notice: Notice, { thing }: Speaker) {
  const { finding, sequence } = notice;
  return {
    specversion: "1.0",
    id: `${finding.id}.${sequence}`,
    source: `/fieldwarden/things/${encodeURIComponent(thing)}`,
    type: `fieldwarden.finding.${finding.event}`,
    // §3.1: where it is present it is not empty.
    ...(finding.subject !== "" && { subject: finding.subject }),
    time: timestampOf(finding.wallMs),
    datacontenttype: "application/json",
    data: notice,
  };
}
