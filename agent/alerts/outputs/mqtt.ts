import type { Transport } from "../../core/transport.ts";
import type { Format, Speaker } from "../formats/format.ts";
import type { AlertOutput } from "../output.ts";

export interface MqttOutputOptions {
  /**
   * A connection of its own, so that a lost cloud link holds up no alarm for the plant's broker. It
   * publishes on the alerts' topic with QoS 1, and the broker's acknowledgement is the answer.
   */
  transport: Transport;
  topic: string;
  format: Format;
  speaker: Speaker;
}

/** A record a message; delivered is what the broker has acknowledged. */
export function createMqttOutput(options: MqttOutputOptions): AlertOutput {
  const { transport, topic, format, speaker } = options;
  return {
    name: "mqtt",
    endpoint: `${transport.status().endpoint} ${topic}`,
    async deliver(notice) {
      const bytes = new TextEncoder().encode(format.encode(notice, speaker));
      const result = await transport.send({ id: notice.sequence, bytes });
      switch (result.outcome) {
        case "accepted":
          return { outcome: "delivered" };
        case "rejected":
          return { outcome: "refused", reason: result.reason };
        case "throttled":
        case "unreachable":
          return { outcome: "unreachable", reason: result.reason };
      }
    },
    close: () => transport.close(),
  };
}
