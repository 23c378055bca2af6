/** Firmware sent to a device: what decoding knows as such (CIP class A1, S7 updates). */
import { actionRule } from "./action.ts";

export const firmware = actionRule({
  name: "firmware",
  summary: "firmware is sent to a device",
  severity: "high",
  techniques: ["T0857", "T0839", "T0800"],
  actions: ["firmware_update"],
  verb: "sends firmware to",
});
