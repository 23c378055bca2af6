/** Packets of bytes and back, by npm mqtt-packet, whose throws and error events end here. */
import {
  parser as createParser,
  generate,
  type IConnectPacket,
  type IPublishPacket,
  type Packet,
} from "mqtt-packet";

export type Version = 4 | 5;
export type Decoded = { packet: Packet } | { problem: string };

/** Reads one client's packets: what a CONNECT says of the version holds for those after it. */
export interface Decoder {
  /** `bytes` is exactly one packet. */
  decode(bytes: Buffer): Decoded;
}

export function createDecoder(): Decoder {
  const parser = createParser();
  let result: Decoded = { problem: "incomplete" };
  parser.on("packet", (packet) => {
    result = { packet };
  });
  parser.on("error", (error: Error) => {
    result = { problem: error.message };
  });
  return {
    decode(bytes) {
      result = { problem: "incomplete" };
      try {
        parser.parse(bytes);
      } catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) };
      }
      return result;
    },
  };
}

/** The bytes of a packet of ours. Throws on one that cannot be: a bug of ours. */
export function encode(packet: Packet, version: Version): Buffer {
  return generate(packet, { protocolVersion: version });
}

/** What a PUBLISH tells its receivers beside topic and payload (MQTT 5.0 §3.3.2.3). */
export interface MessageProperties {
  payloadFormatIndicator?: boolean;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  userProperties?: Record<string, string | string[]>;
}

type Received = IPublishPacket["properties"] | NonNullable<IConnectPacket["will"]>["properties"];

/**
 * The properties that go on to receivers; null when one is not what its name demands. mqtt-packet
 * leaves a broken value as null or undefined, and a repeated one as a list.
 */
export function messagePropertiesOf(received: Received): MessageProperties | null {
  const properties: MessageProperties = {};
  if (received === undefined) return properties;
  const { payloadFormatIndicator, messageExpiryInterval, contentType } = received;
  const { responseTopic, correlationData, userProperties } = received;
  if (payloadFormatIndicator !== undefined) {
    if (typeof payloadFormatIndicator !== "boolean") return null;
    properties.payloadFormatIndicator = payloadFormatIndicator;
  }
  if (messageExpiryInterval !== undefined) {
    if (typeof messageExpiryInterval !== "number" || messageExpiryInterval < 0) return null;
    properties.messageExpiryInterval = messageExpiryInterval;
  }
  if (contentType !== undefined) {
    if (typeof contentType !== "string") return null;
    properties.contentType = contentType;
  }
  if (responseTopic !== undefined) {
    if (typeof responseTopic !== "string" || /[+#\0]/.test(responseTopic)) return null;
    properties.responseTopic = responseTopic;
  }
  if (correlationData !== undefined) {
    if (!Buffer.isBuffer(correlationData)) return null;
    properties.correlationData = Buffer.from(correlationData);
  }
  if (userProperties !== undefined) {
    const values = Object.values(userProperties).flat();
    if (!values.every((value) => typeof value === "string")) return null;
    properties.userProperties = userProperties;
  }
  return properties;
}
