/** Restarts: DNP3 13 and 14, CIP 05, BACnet 20, IEC 104 type 105, Modbus 8/1; and DCP's factory reset. */
import { actionRule } from "./action.ts";

export const restart = actionRule({
  name: "restart",
  summary: "a device is restarted or set back to how it left the factory",
  severity: "high",
  techniques: ["T0816"],
  actions: ["restart", "factory_reset"],
  verb: "restarts",
});
