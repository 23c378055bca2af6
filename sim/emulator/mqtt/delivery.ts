/**
 * Messages to one client. QoS 0 is dropped while the client does not keep up; QoS 1 waits in a queue
 * with a bound, and at most `inFlightMax` of them wait for their PUBACK. So a slow client costs a
 * fixed amount of memory and nobody else's time.
 */
import type { IPublishPacket } from "mqtt-packet";
import { QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX } from "../limits.ts";
import type { BrokerCounts } from "./counts.ts";
import { hasExpired } from "./message.ts";
import type { Delivery, Link, Session } from "./session.ts";

export interface DeliveryContext {
  counts: BrokerCounts;
  /** Monotonic. */
  nowMs: number;
}

export function deliver(session: Session, delivery: Delivery, context: DeliveryContext): void {
  const { counts, nowMs } = context;
  if (delivery.qos === 1) {
    const bytes = delivery.message.payload.length;
    const full =
      session.queue.length >= QUEUE_MESSAGES_MAX || session.queueBytes + bytes > QUEUE_BYTES_MAX;
    if (full) {
      counts.messagesDropped++;
      return;
    }
    session.queue.push(delivery);
    session.queueBytes += bytes;
    sendQueued(session, context);
  } else if (session.link !== null) {
    if (session.link.congested) counts.messagesDropped++;
    else send(session.link, delivery, { messageId: undefined, dup: false }, counts, nowMs);
  }
}

/** Sends what waits and may go: after a PUBACK, after the client has caught up, after a reconnect. */
export function sendQueued(session: Session, { counts, nowMs }: DeliveryContext): void {
  const { link, queue, inFlight } = session;
  if (link === null) return;
  let taken = 0;
  while (taken < queue.length && inFlight.size < link.inFlightMax && !link.congested) {
    const delivery = queue[taken++]!;
    session.queueBytes -= delivery.message.payload.length;
    if (hasExpired(delivery.message, nowMs)) continue;
    const messageId = nextPacketId(session);
    if (send(link, delivery, { messageId, dup: false }, counts, nowMs)) {
      inFlight.set(messageId, delivery);
    }
  }
  if (taken > 0) session.queue = queue.slice(taken);
}

/** MQTT 5.0 §4.4: after a reconnect, what was not acknowledged goes again, with its old packet id. */
export function resume(session: Session, context: DeliveryContext): void {
  const { link, inFlight } = session;
  if (link === null) return;
  for (const [messageId, delivery] of inFlight) {
    if (!send(link, delivery, { messageId, dup: true }, context.counts, context.nowMs)) {
      inFlight.delete(messageId);
    }
  }
  sendQueued(session, context);
}

function send(
  link: Link,
  { message, qos, retain }: Delivery,
  { messageId, dup }: { messageId: number | undefined; dup: boolean },
  counts: BrokerCounts,
  nowMs: number,
): boolean {
  const packet: IPublishPacket = {
    cmd: "publish",
    topic: message.topic,
    payload: message.payload,
    qos,
    dup,
    retain,
  };
  if (messageId !== undefined) packet.messageId = messageId;
  if (link.version === 5) {
    packet.properties = { ...message.properties };
    if (message.expiresAtMs !== null) {
      // §3.3.2.3.3: the receiver is told what is left of the interval.
      const leftS = Math.ceil((message.expiresAtMs - nowMs) / 1000);
      packet.properties.messageExpiryInterval = Math.max(1, leftS);
    }
  }
  const sent = link.send(packet);
  if (sent) counts.messagesOut++;
  else counts.messagesDropped++;
  return sent;
}

/** Packet ids are 1 to 65535; those in flight are at most `IN_FLIGHT_MAX`, so one is always free. */
function nextPacketId(session: Session): number {
  do {
    session.lastPacketId = (session.lastPacketId % 65_535) + 1;
  } while (session.inFlight.has(session.lastPacketId));
  return session.lastPacketId;
}
