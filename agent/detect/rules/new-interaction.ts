/**
 * Two devices, each known, that did not talk while learning. OT networks live on few, stable pairs
 * (Barbosa, Sadre, Pras 2013: flow whitelisting), so set membership says most.
 */
import { edgeKeyOf, isBetweenTwo } from "../plant/edge.ts";
import { defineRule } from "./rule.ts";

export const newInteraction = defineRule({
  name: "new_interaction",
  summary: "two devices talk that did not while learning",
  severity: "medium",
  techniques: ["T0886", "T0846"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin:
    () =>
    ({ edges, normal, strangers }) => {
      if (normal === null) return [];
      const fresh = edges.filter(
        (edge) =>
          edge.isReal &&
          // What was learnt needs no second look, and is most of it.
          normal.edgeAt(edge.key) === null &&
          isBetweenTwo(edge) &&
          !normal.hasPair(edge.client, edge.server) &&
          // A new device says more than whom it talks to: rule new_asset has it.
          !strangers.has(edge.client) &&
          !strangers.has(edge.server),
      );
      return fresh.map(({ client, server, protocol, packets, firstMs }) => {
        const total = packets[0] + packets[1];
        const isOffered = normal.hasService(server, protocol);
        const offered = isOffered ? "which others use there" : "which nobody used there";
        return {
          subject: edgeKeyOf(client, server, "any protocol"),
          groups: [client, server],
          why: `${client} talks to ${server} for the first time: ${total} packets of ${protocol}, ${offered}`,
          numbers: { packets: total },
          // A service that has other users surprises less.
          ...(isOffered && { severity: "low" as const }),
          sinceMs: firstMs,
        };
      });
    },
});
