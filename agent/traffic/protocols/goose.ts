/** IEC 61850-8-1 (GOOSE) and 61850-9-2 (sampled values). */
import { abi } from "../abi.ts";
import { defineProtocol, hex } from "./protocol.ts";

/** Tag of sampled values' PDUs; GOOSE's is 0x61. */
const SAMPLED_VALUES = 0x60;

export const goose = defineProtocol({
  id: abi.OT_GOOSE,
  name: "goose",
  describe({ functionCode, object }) {
    const command = functionCode === SAMPLED_VALUES ? "sampled values" : "goose";
    return { object: `appid ${hex(object, 4)}`, command, commandClass: "other", error: "" };
  },
  /** The truth files count these frames as packets only. */
  tally() {},
});
