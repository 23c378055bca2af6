/** A client that tries one device's ports without knowing which are open. */
import { createGropingJudge } from "./groping.ts";
import { defineRule } from "./rule.ts";

const PAIRS_MAX = 1024;

export const portScan = defineRule({
  name: "port_scan",
  summary: "a client tries ports of a device, most of which do not answer",
  severity: "medium",
  techniques: ["T0846", "T0840"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: () =>
    createGropingJudge({
      subjectsMax: PAIRS_MAX,
      concerns: ({ object, port }) => object === "" && port !== 0,
      subjectOf: ({ client, server }) => `${client} > ${server}`,
      // Of dynamic ports a scanner has no more use than a client that asks for a service.
      targetOf: ({ protocol, port }) => `${protocol} ${port}`,
      isNormal: ({ client, server, protocol }, { normal }) =>
        normal?.edge(client, server, protocol) != null,
      whyOf: ({ client, server, port }, { contacts }) =>
        `${client} tried about ${contacts.tried} ports of ${server}, and about ${contacts.failed} did not answer or refused; the last was ${port}`,
    }),
});
