import type { IPublishPacket } from "mqtt-packet";
import { PAYLOAD_BYTES_MAX, TOPIC_ALIAS_MAX } from "../../limits.ts";
import type { Client } from "../client.ts";
import { messagePropertiesOf } from "../codec.ts";
import type { BrokerContext } from "../context.ts";
import { messageOf } from "../message.ts";
import { Reason, type Refusal, refusal } from "../reason.ts";
import { topicProblemOf } from "../topics.ts";

export function handlePublish(
  context: BrokerContext,
  client: Client,
  packet: IPublishPacket,
): Refusal | null {
  const { qos, messageId = 0, payload, retain } = packet;
  if (qos === 2) return refusal(Reason.qosNotSupported, "a PUBLISH of QoS 2");
  if (qos === 1 && messageId < 1) {
    return refusal(Reason.protocolError, "a PUBLISH of QoS 1 without a packet id");
  }
  if (payload.length > PAYLOAD_BYTES_MAX) {
    return refusal(Reason.packetTooLarge, `a payload above ${PAYLOAD_BYTES_MAX} bytes`);
  }
  const topic = topicOf(client, packet);
  if (typeof topic !== "string") return topic;
  const properties = messagePropertiesOf(packet.properties);
  if (properties === null || packet.properties?.subscriptionIdentifier !== undefined) {
    return refusal(Reason.protocolError, "a PUBLISH property that none can be");
  }
  if (topicProblemOf(topic) !== null || !context.router.takes(topic)) {
    return refusal(Reason.topicNameInvalid, `a PUBLISH to ${topic.slice(0, 300)}`);
  }
  const from = client.clientId;
  const message = messageOf({ topic, payload, qos, retain, properties, from }, context.clock);
  const reasonCode = context.router.retain(message) ? Reason.success : Reason.quotaExceeded;
  // The acknowledgement goes first: AWS IoT's clients see it before any reply to the message.
  if (qos === 1) client.send({ cmd: "puback", messageId, reasonCode });
  context.counts.messagesIn++;
  context.router.publish(message);
  return null;
}

/** The topic, after the client's aliases (MQTT 5.0 §3.3.2.3.4). */
function topicOf(client: Client, { topic, properties }: IPublishPacket): string | Refusal {
  const alias = properties?.topicAlias;
  if (alias === undefined) return topic;
  if (!(alias >= 1 && alias <= TOPIC_ALIAS_MAX)) {
    return refusal(Reason.topicAliasInvalid, `a topic alias outside 1 to ${TOPIC_ALIAS_MAX}`);
  }
  if (topic !== "") client.aliases.set(alias, topic);
  return client.aliases.get(alias) ?? refusal(Reason.protocolError, "a topic alias never set");
}
