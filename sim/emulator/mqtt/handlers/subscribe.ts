import type { ISubscribePacket, ISubscription } from "mqtt-packet";
import { FILTERS_PER_SUBSCRIBE_MAX, SUBSCRIPTIONS_PER_CONNECTION_MAX } from "../../limits.ts";
import type { Client } from "../client.ts";
import type { BrokerContext } from "../context.ts";
import { Reason, type Refusal, refusal, V4 } from "../reason.ts";
import type { Session } from "../session.ts";
import { filterProblemOf, isShared } from "../topics.ts";

export function handleSubscribe(
  context: BrokerContext,
  client: Client,
  session: Session,
  packet: ISubscribePacket,
): Refusal | null {
  const { messageId = 0, subscriptions } = packet;
  if (messageId < 1 || subscriptions.length === 0) {
    return refusal(Reason.protocolError, "a SUBSCRIBE without packet id or filter");
  }
  if (packet.properties?.subscriptionIdentifier !== undefined) {
    return refusal(Reason.subscriptionIdsNotSupported, "a subscription identifier");
  }
  if (subscriptions.some(({ qos }) => qos === 2)) {
    return refusal(Reason.qosNotSupported, "a SUBSCRIBE of QoS 2");
  }
  if (subscriptions.some(({ topic }) => filterProblemOf(topic) === "malformed")) {
    return refusal(Reason.topicFilterInvalid, "a topic filter that none can be");
  }
  const tooMany = subscriptions.length > FILTERS_PER_SUBSCRIBE_MAX;
  const fresh = subscriptions.map(({ topic }) => !session.subscriptions.has(topic));
  const granted = subscriptions.map((subscription) =>
    tooMany ? Reason.quotaExceeded : subscribe(context, session, subscription),
  );
  client.send({
    cmd: "suback",
    messageId,
    granted: client.version === 5 ? granted : granted.map(v4CodeOf),
  });
  subscriptions.forEach(({ topic, rh = 0 }, at) => {
    // MQTT 5.0 §3.8.3.1, Retain Handling: 0 always, 1 for a new subscription, 2 never.
    const wanted = rh === 0 || (rh === 1 && fresh[at] === true);
    if (granted[at]! < V4.subscribeFailed && wanted) context.router.sendRetained(session, topic);
  });
  return null;
}

/** Subscribes to one filter; the reason code for the SUBACK. */
function subscribe(
  { sessions }: BrokerContext,
  session: Session,
  { topic, qos, nl, rap }: ISubscription,
): number {
  if (isShared(topic)) return Reason.sharedNotSupported;
  if (filterProblemOf(topic) !== null) return Reason.topicFilterInvalid;
  const { subscriptions } = session;
  const full = subscriptions.size >= SUBSCRIPTIONS_PER_CONNECTION_MAX;
  if (full && !subscriptions.has(topic)) return Reason.quotaExceeded;
  const granted = qos === 0 ? 0 : 1;
  sessions.subscribe(session, topic, {
    qos: granted,
    noLocal: nl === true,
    retainAsPublished: rap === true,
  });
  return granted;
}

const v4CodeOf = (code: number): number => Math.min(code, V4.subscribeFailed);
