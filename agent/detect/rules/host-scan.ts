/** A client that tries addresses without knowing who is there: by ARP, ping, TCP or UDP. */
import { createGropingJudge } from "./groping.ts";
import { defineRule } from "./rule.ts";

/** A tally is 200 bytes: clients of a big site, 200 KiB. */
const CLIENTS_MAX = 1024;

export const hostScan = defineRule({
  name: "host_scan",
  summary: "a client tries addresses, most of which do not answer",
  severity: "medium",
  techniques: ["T0846"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: () =>
    createGropingJudge({
      subjectsMax: CLIENTS_MAX,
      // Of ARP a mirror port shows everybody's questions and few answers: rule arp_sweep has it.
      concerns: ({ object, protocol }) => object === "" && protocol !== "arp",
      subjectOf: ({ client }) => client,
      targetOf: ({ server }) => server,
      isNormal: ({ client, server }, { normal }) => normal?.hasPair(client, server) ?? false,
      whyOf: ({ client, server, protocol }, { contacts }) =>
        `${client} tried about ${contacts.tried} addresses that it is not known to talk to, and about ${contacts.failed} did not answer or refused; the last was ${server} (${protocol})`,
    }),
});
