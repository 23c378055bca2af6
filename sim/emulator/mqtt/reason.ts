/** MQTT 5.0 §2.4 reason codes that this broker says. */
export const Reason = {
  success: 0x00,
  disconnectWithWill: 0x04,
  noSubscription: 0x11,
  malformedPacket: 0x81,
  protocolError: 0x82,
  clientIdNotValid: 0x85,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  qosNotSupported: 0x9b,
  sharedNotSupported: 0x9e,
  subscriptionIdsNotSupported: 0xa1,
} as const;

/** MQTT 3.1.1 §3.2.2.3 and §3.9.3. */
export const V4 = { protocolRefused: 1, clientIdRefused: 2, subscribeFailed: 0x80 } as const;

/** Why a connection ended, in the words of AWS IoT's lifecycle events. */
export type DisconnectReason =
  | "CLIENT_ERROR"
  | "CLIENT_INITIATED_DISCONNECT"
  | "CONNECTION_LOST"
  | "DUPLICATE_CLIENTID"
  | "MQTT_KEEP_ALIVE_TIMEOUT"
  | "SERVER_INITIATED_DISCONNECT";

/** What the client did that ends its connection, for the log; the code is what MQTT 5 clients read. */
export interface Refusal {
  reasonCode: number;
  why: string;
}

export const refusal = (reasonCode: number, why: string): Refusal => ({ reasonCode, why });
