/** Reports switched off or on: DNP3 20 and 21, BACnet 17, Modbus 8/4 (listen only). */
import { actionRule } from "./action.ts";

export const communicationControl = actionRule({
  name: "communication_control",
  summary: "a device is told to keep silent or to report otherwise",
  severity: "high",
  techniques: ["T0804", "T0878"],
  actions: ["communication_control"],
  verb: "changes what is reported by",
});
