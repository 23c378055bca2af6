import type { IUnsubscribePacket } from "mqtt-packet";
import type { Client } from "../client.ts";
import type { BrokerContext } from "../context.ts";
import { Reason, type Refusal, refusal } from "../reason.ts";
import type { Session } from "../session.ts";

export function handleUnsubscribe(
  context: BrokerContext,
  client: Client,
  session: Session,
  { messageId = 0, unsubscriptions }: IUnsubscribePacket,
): Refusal | null {
  if (messageId < 1 || unsubscriptions.length === 0) {
    return refusal(Reason.protocolError, "an UNSUBSCRIBE without packet id or filter");
  }
  const granted = unsubscriptions.map((filter) =>
    context.sessions.unsubscribe(session, filter) ? Reason.success : Reason.noSubscription,
  );
  client.send({ cmd: "unsuback", messageId, granted });
  return null;
}
