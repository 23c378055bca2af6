/**
 * One entry for EventBridge's PutEvents: as `aws events put-events --entries` and the SDKs take it.
 * `Time` is in epoch seconds, as the service's JSON protocol has timestamps.
 */
import { type Format, sourceNameOf } from "./format.ts";

export const eventBridge: Format = {
  contentType: "application/json",
  encode: (notice) =>
    JSON.stringify({
      Time: notice.finding.wallMs / 1000,
      Source: "fieldwarden",
      Resources: [notice.finding.thing],
      DetailType: `Fieldwarden Finding ${notice.finding.event}`,
      Detail: JSON.stringify({ name: sourceNameOf(notice), ...notice }),
    }),
};
