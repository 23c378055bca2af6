/** Clocks set over the network: S7 group 7, IEC 104 type 103, DNP3 time objects. Masters do it by habit: learnt, it is silent. */
import { actionRule } from "./action.ts";

export const timeSet = actionRule({
  name: "time_set",
  summary: "a device's clock is set",
  severity: "low",
  techniques: ["T0836"],
  actions: ["time_set"],
  verb: "sets the clock of",
});
