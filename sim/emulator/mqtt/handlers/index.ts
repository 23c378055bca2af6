import type { Packet } from "mqtt-packet";
import type { Client } from "../client.ts";
import type { BrokerContext } from "../context.ts";
import { sendQueued } from "../delivery.ts";
import { Reason, type Refusal, refusal } from "../reason.ts";
import { handleConnect } from "./connect.ts";
import { handleDisconnect } from "./disconnect.ts";
import { handlePublish } from "./publish.ts";
import { handleSubscribe } from "./subscribe.ts";
import { handleUnsubscribe } from "./unsubscribe.ts";

/** Does what a packet asks, or says what ends the connection that brought it. */
export function handle(context: BrokerContext, client: Client, packet: Packet): Refusal | null {
  if (packet.cmd === "connect") return handleConnect(context, client, packet);
  const { session } = client;
  // MQTT 5.0 §3.1: CONNECT is the first packet.
  if (session === null) return refusal(Reason.protocolError, `${packet.cmd} before CONNECT`);
  switch (packet.cmd) {
    case "publish":
      return handlePublish(context, client, packet);
    case "puback":
      if (session.inFlight.delete(packet.messageId ?? 0)) {
        sendQueued(session, { counts: context.counts, nowMs: context.clock.monotonicMs() });
      }
      return null;
    case "subscribe":
      return handleSubscribe(context, client, session, packet);
    case "unsubscribe":
      return handleUnsubscribe(context, client, session, packet);
    case "pingreq":
      client.send({ cmd: "pingresp" });
      return null;
    case "disconnect":
      return handleDisconnect(context, client, session, packet);
    default:
      return refusal(Reason.protocolError, `${packet.cmd} from a client`);
  }
}
