/** What a CONNECT may ask for, and what it gets. */
import type { IConnectPacket } from "mqtt-packet";
import {
  CLIENT_ID_BYTES_MAX,
  KEEP_ALIVE_S_MAX,
  KEEP_ALIVE_S_MIN,
  SESSION_EXPIRY_S_MAX,
} from "../../limits.ts";
import type { Will } from "../client.ts";
import { messagePropertiesOf } from "../codec.ts";
import type { BrokerContext } from "../context.ts";
import { messageOf } from "../message.ts";
import { Reason, type Refusal, refusal } from "../reason.ts";
import { topicProblemOf } from "../topics.ts";

/** `$` is reserved, but for ids that this broker itself has assigned. */
const CLIENT_ID_REFUSED = /^\$(?!GEN\/)|[\0\ufffd]/;

export function refusalOf(packet: IConnectPacket): Refusal | null {
  const { clientId, clean, properties = {}, protocolVersion } = packet;
  if (clientId === "" && protocolVersion === 4 && clean !== true) {
    return refusal(Reason.clientIdNotValid, "no client id for a persistent session");
  }
  if (Buffer.byteLength(clientId) > CLIENT_ID_BYTES_MAX || CLIENT_ID_REFUSED.test(clientId)) {
    const rule = `client ids have at most ${CLIENT_ID_BYTES_MAX} bytes and do not start with $`;
    return refusal(Reason.clientIdNotValid, rule);
  }
  if (properties.authenticationMethod !== undefined) {
    return refusal(Reason.badAuthenticationMethod, "the certificate authenticates, nothing else");
  }
  const { receiveMaximum = 1, maximumPacketSize = 1, sessionExpiryInterval = 0 } = properties;
  // mqtt-packet gives a repeated property as a list: the comparison is false for it, too.
  if (receiveMaximum > 0 && maximumPacketSize > 0 && sessionExpiryInterval >= 0) return null;
  return refusal(Reason.protocolError, "a property of CONNECT is out of range");
}

/** A will is a PUBLISH that waits: the same rules hold for it. */
export function willOf(
  { will, clientId }: IConnectPacket,
  { clock, router }: BrokerContext,
): Will | Refusal | null {
  if (will === undefined) return null;
  const { topic, payload, qos = 0, retain = false } = will;
  if (qos === 2) return refusal(Reason.qosNotSupported, "a will of QoS 2");
  const properties = messagePropertiesOf(will.properties);
  const delayS = will.properties?.willDelayInterval ?? 0;
  if (properties === null || !(delayS >= 0)) {
    return refusal(Reason.protocolError, "a will property that none can be");
  }
  if (topicProblemOf(topic) !== null || !router.takes(topic)) {
    return refusal(Reason.topicNameInvalid, `a will for ${topic.slice(0, 300)}`);
  }
  const message = messageOf({ topic, payload, qos, retain, properties, from: clientId }, clock);
  return { message, delayMs: delayS * 1000 };
}

export function keepAliveSOf({ keepalive = 0 }: IConnectPacket): number {
  if (keepalive === 0) return KEEP_ALIVE_S_MAX;
  return Math.min(Math.max(keepalive, KEEP_ALIVE_S_MIN), KEEP_ALIVE_S_MAX);
}

/** MQTT 3.1.1 has no expiry: AWS IoT keeps a persistent session for an hour. */
export function expirySOf({ clean, protocolVersion, properties }: IConnectPacket): number {
  if (protocolVersion === 4) return clean === true ? 0 : SESSION_EXPIRY_S_MAX;
  return Math.min(properties?.sessionExpiryInterval ?? 0, SESSION_EXPIRY_S_MAX);
}
