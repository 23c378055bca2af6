/** Program code sent to a controller: S7 1A to 1C and _INSE, UMAS 30 to 32, CIP and PCCC downloads, BACnet. */
import { actionRule } from "./action.ts";

export const programDownload = actionRule({
  name: "program_download",
  summary: "a program or block is loaded into a controller",
  severity: "high",
  techniques: ["T0843", "T0889"],
  actions: ["program_download"],
  verb: "loads a program into",
});
