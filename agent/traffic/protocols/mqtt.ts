/** MQTT 5.0 section 2.1.2. */
import { abi } from "../abi.ts";
import { defineProtocol, type Name, nameOf, pairOf, waysOf } from "./protocol.ts";

const types: Readonly<Record<number, Name>> = {
  1: ["connect", "other"],
  2: ["connect acknowledgement", "other"],
  3: ["publish", "write"],
  4: ["publish acknowledgement", "other"],
  5: ["publish received", "other"],
  6: ["publish release", "other"],
  7: ["publish complete", "other"],
  8: ["subscribe", "read"],
  9: ["subscribe acknowledgement", "other"],
  10: ["unsubscribe", "other"],
  11: ["unsubscribe acknowledgement", "other"],
  12: ["ping", "other"],
  13: ["ping", "other"],
  14: ["disconnect", "other"],
  15: ["authentication exchange", "other"],
};

export const mqtt = defineProtocol({
  id: abi.OT_MQTT,
  name: "mqtt",
  describe({ functionCode }) {
    return { object: "", ...nameOf(types, functionCode, `type ${functionCode}`), error: "" };
  },
  tally(command, add) {
    for (const [way, count] of waysOf(command)) {
      add(pairOf(command), `type_${way}`, String(command.functionCode), count);
    }
  },
});
