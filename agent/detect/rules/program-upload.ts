/** Program code read from a controller: S7 1D to 1F, UMAS 33 to 35, CIP and PCCC uploads. */
import { actionRule } from "./action.ts";

export const programUpload = actionRule({
  name: "program_upload",
  summary: "a program is read out of a controller",
  severity: "medium",
  techniques: ["T0845"],
  actions: ["program_upload"],
  verb: "reads the program of",
});
