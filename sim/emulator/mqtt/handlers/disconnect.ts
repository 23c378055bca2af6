import type { IDisconnectPacket } from "mqtt-packet";
import { SESSION_EXPIRY_S_MAX } from "../../limits.ts";
import type { Client } from "../client.ts";
import type { BrokerContext } from "../context.ts";
import { Reason, type Refusal, refusal } from "../reason.ts";
import type { Session } from "../session.ts";

/** MQTT 5.0 §3.14: the will is dropped unless asked for; the session's expiry may change. */
export function handleDisconnect(
  context: BrokerContext,
  client: Client,
  session: Session,
  { reasonCode, properties }: IDisconnectPacket,
): Refusal | null {
  const expiryS = properties?.sessionExpiryInterval;
  if (expiryS !== undefined) {
    // §3.14.2.2.2: a session that was to end with its connection cannot be prolonged now.
    if (!(expiryS >= 0) || (session.expiryMs === 0 && expiryS > 0)) {
      return refusal(Reason.protocolError, "a session expiry out of range");
    }
    session.expiryMs = Math.min(expiryS, SESSION_EXPIRY_S_MAX) * 1000;
  }
  if (reasonCode !== Reason.disconnectWithWill) client.will = null;
  context.end(client, Reason.success, "CLIENT_INITIATED_DISCONNECT");
  return null;
}
