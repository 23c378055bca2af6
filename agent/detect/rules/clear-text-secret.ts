/** Passwords and communities that anybody on the wire reads, and those that everybody knows. */
import { weaknessRule } from "./weakness.ts";

export const clearTextSecret = weaknessRule({
  name: "clear_text_secret",
  summary: "a password or community crosses the network in clear text, or is the one it came with",
  severity: "medium",
  techniques: ["T0859", "T0812"],
  sentences: {
    clear_text_password: "is sent a password in clear text",
    clear_text_community: "is read with a community in clear text",
    default_credentials: "takes a password or community that everybody knows",
  },
});
