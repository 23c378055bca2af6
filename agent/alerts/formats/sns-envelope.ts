/**
 * What an HTTP endpoint that is subscribed to an SNS topic gets (Amazon SNS guide, "HTTP/HTTPS
 * notification JSON format"), with Device Defender's message inside. Only AWS can sign as AWS: the
 * signature's members are empty, and a receiver trusts the connection (TLS, bearer token) instead.
 * A repeated delivery keeps its MessageId.
 */
import { type Format, type Speaker, timestampOf } from "./format.ts";
import { violationOf } from "./sns-message.ts";

export const snsEnvelope: Format = {
  contentType: "text/plain; charset=UTF-8",
  headersOf: (notice, speaker) => ({
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": uuidOf(notice.hash),
    "x-amz-sns-topic-arn": topicArnOf(speaker),
  }),
  encode: (notice, speaker) =>
    JSON.stringify({
      Type: "Notification",
      MessageId: uuidOf(notice.hash),
      TopicArn: topicArnOf(speaker),
      Message: JSON.stringify(violationOf(notice)),
      Timestamp: timestampOf(notice.recordedMs),
      SignatureVersion: "1",
      Signature: "",
      SigningCertURL: "",
      UnsubscribeURL: "",
    }),
};

/** No account and no region: a topic that is none of AWS's. */
const topicArnOf = ({ thing }: Speaker) =>
  `arn:aws:sns:local:000000000000:fieldwarden-${thing.replace(/[^A-Za-z0-9_-]/g, "-")}`;

/** RFC 9562 §5.8: a UUID of version 8 is the sender's own, here the start of the record's hash. */
function uuidOf(hash: string): string {
  const variant = "89ab"[Number.parseInt(hash[16]!, 16) & 3];
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`];
  return [...parts, `${variant}${hash.slice(17, 20)}`, hash.slice(20, 32)].join("-");
}
