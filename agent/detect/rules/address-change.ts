/** Addresses and station names set over the network: PROFINET DCP Set. The device answers no controller that knows the old one. */
import { actionRule } from "./action.ts";

export const addressChange = actionRule({
  name: "address_change",
  summary: "a device's network address or name is set",
  severity: "high",
  techniques: ["T0836", "T0814"],
  actions: ["address_set"],
  verb: "sets the address of",
});
