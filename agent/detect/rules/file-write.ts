/** Files written by a control protocol: DNP3 25 to 30, BACnet AtomicWriteFile, OPC UA file objects. */
import { actionRule } from "./action.ts";

export const fileWrite = actionRule({
  name: "file_write",
  summary: "a file is written to a device",
  severity: "medium",
  techniques: ["T0867", "T0843"],
  actions: ["file_write"],
  verb: "writes a file to",
});
