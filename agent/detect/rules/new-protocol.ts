/** A pair that was learnt and speaks something new: remote access beside the polls, a new service. */
import { edgeKeyOf } from "../plant/edge.ts";
import { defineRule } from "./rule.ts";

export const newProtocol = defineRule({
  name: "new_protocol",
  summary: "a known pair speaks a protocol that it did not while learning",
  severity: "medium",
  techniques: ["T0886", "T0885"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin:
    () =>
    ({ edges, normal }) => {
      if (normal === null) return [];
      const fresh = edges.filter(
        ({ client, server, protocol, isReal }) =>
          isReal &&
          normal.hasPair(client, server) &&
          normal.edge(client, server, protocol) === null,
      );
      return fresh.map(({ client, server, protocol, packets, commands, firstMs }) => {
        const total = packets[0] + packets[1];
        const figures = total > 0 ? `${total} packets` : `${commands.length} kinds of commands`;
        return {
          subject: edgeKeyOf(client, server, protocol),
          group: client,
          why: `${client} and ${server} are a known pair, but not in ${protocol}: ${figures} of it now`,
          numbers: { packets: total, commands: commands.length },
          sinceMs: firstMs,
        };
      });
    },
});
