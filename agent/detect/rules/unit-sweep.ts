/**
 * A client that tries what is behind a server - Modbus units, DNP3 addresses - without knowing what is
 * there. Its master polls those that exist.
 */
import { createGropingJudge } from "./groping.ts";
import { defineRule } from "./rule.ts";

const PAIRS_MAX = 512;

export const unitSweep = defineRule({
  name: "unit_sweep",
  summary: "a client tries units or addresses behind a server, most of which do not answer",
  severity: "high",
  techniques: ["T0888", "T0846"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: () =>
    createGropingJudge({
      subjectsMax: PAIRS_MAX,
      concerns: ({ object }) => object !== "",
      subjectOf: ({ client, server, protocol }) => `${client} > ${server} ${protocol}`,
      targetOf: ({ object }) => object,
      isNormal: ({ client, server, protocol, object }, { normal }) =>
        normal?.edge(client, server, protocol)?.hasObject(object) ?? false,
      whyOf: ({ client, server, protocol, object }, { contacts }) =>
        `${client} addressed about ${contacts.tried} devices behind ${server} in ${protocol}, and about ${contacts.failed} did not answer; the last was ${object}`,
    }),
});
