/** Anonymous OPC UA and MQTT, OPC UA's policy None, and controllers that nothing keeps from being written. */
import { weaknessRule } from "./weakness.ts";

export const unprotectedSession = weaknessRule({
  name: "unprotected_session",
  summary:
    "a session is anonymous or neither signed nor encrypted, or a device takes writes of anybody",
  severity: "low",
  techniques: ["T0859", "T0842"],
  sentences: {
    anonymous_session: "serves somebody who gave no user",
    no_encryption: "serves sessions that are neither signed nor encrypted, though they could be",
    no_write_protection: "says of itself that nothing keeps others from writing to it",
  },
});
