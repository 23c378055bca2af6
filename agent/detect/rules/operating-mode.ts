/** Start, stop and other modes: S7 28 and 29, UMAS 40 and 41, CIP 06 and 07, PCCC 80, DNP3 17 and 18. */
import { actionRule } from "./action.ts";

export const operatingMode = actionRule({
  name: "operating_mode",
  summary: "a controller is started, stopped or switched to another mode",
  severity: "high",
  techniques: ["T0858", "T0881"],
  actions: ["start", "stop", "mode_change"],
  verb: "changes the operating mode of",
});
