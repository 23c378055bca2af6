import type { IConnectPacket } from "mqtt-packet";
import { IN_FLIGHT_MAX, PACKET_BYTES_MAX, TOPIC_ALIAS_MAX } from "../../limits.ts";
import type { Client } from "../client.ts";
import type { BrokerContext } from "../context.ts";
import { resume } from "../delivery.ts";
import { Reason, type Refusal, refusal, V4 } from "../reason.ts";
import { expirySOf, keepAliveSOf, refusalOf, willOf } from "./connect-rules.ts";

/** The username is not read: AWS's SDKs put their name there, the certificate says who it is. */
export function handleConnect(
  context: BrokerContext,
  client: Client,
  packet: IConnectPacket,
): Refusal | null {
  if (client.state !== "new") return refusal(Reason.protocolError, "a second CONNECT");
  const { protocolVersion } = packet;
  if ((protocolVersion !== 4 && protocolVersion !== 5) || "bridgeMode" in packet) {
    client.send({ cmd: "connack", returnCode: V4.protocolRefused, sessionPresent: false });
    return refusal(Reason.protocolError, "neither MQTT 3.1.1 nor MQTT 5");
  }
  client.version = protocolVersion;
  client.clientId = packet.clientId === "" ? assignClientId(context) : packet.clientId;
  const refused = refusalOf(packet);
  if (refused !== null) return refuse(client, refused);
  const will = willOf(packet, context);
  if (will !== null && "why" in will) return refuse(client, will);
  client.will = will;
  client.inFlightMax = Math.min(packet.properties?.receiveMaximum ?? IN_FLIGHT_MAX, IN_FLIGHT_MAX);
  client.packetBytesMax = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  client.keepAliveMs = keepAliveSOf(packet) * 1000;
  client.state = "connected";
  join(context, client, packet);
  return null;
}

function join(context: BrokerContext, client: Client, packet: IConnectPacket): void {
  const { presence, counts, clock } = context;
  const other = presence.holderOf(client.clientId);
  if (other !== undefined) context.end(other, Reason.sessionTakenOver, "DUPLICATE_CLIENTID");
  const { session, present } = presence.join(client, {
    clean: packet.clean === true,
    expiryMs: expirySOf(packet) * 1000,
  });
  accept(client, packet, present);
  context.log.info("client connected", {
    client_id: client.clientId,
    certificate: client.certificateName,
    protocol: client.version === 5 ? "5" : "3.1.1",
    session_present: present,
  });
  resume(session, { counts, nowMs: clock.monotonicMs() });
}

function accept(client: Client, packet: IConnectPacket, sessionPresent: boolean): void {
  if (client.version === 4) {
    client.send({ cmd: "connack", returnCode: 0, sessionPresent });
    return;
  }
  const expiryS = expirySOf(packet);
  const askedS = packet.properties?.sessionExpiryInterval ?? 0;
  client.send({
    cmd: "connack",
    reasonCode: Reason.success,
    sessionPresent,
    properties: {
      ...(expiryS === askedS ? {} : { sessionExpiryInterval: expiryS }),
      ...(packet.clientId === "" ? { assignedClientIdentifier: client.clientId } : {}),
      receiveMaximum: IN_FLIGHT_MAX,
      maximumQoS: 1,
      maximumPacketSize: PACKET_BYTES_MAX,
      topicAliasMaximum: TOPIC_ALIAS_MAX,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      serverKeepAlive: client.keepAliveMs / 1000,
    },
  });
}

function refuse(client: Client, refused: Refusal): Refusal {
  if (client.version === 5) {
    client.send({ cmd: "connack", reasonCode: refused.reasonCode, sessionPresent: false });
  } else if (refused.reasonCode === Reason.clientIdNotValid) {
    client.send({ cmd: "connack", returnCode: V4.clientIdRefused, sessionPresent: false });
  }
  return refused;
}

/** AWS IoT's own form for a client that leaves its id to the service. */
function assignClientId({ counts, sessions }: BrokerContext): string {
  let number = counts.connectionsOpened;
  while (sessions.get(`$GEN/${number}`) !== undefined) number++;
  return `$GEN/${number}`;
}
