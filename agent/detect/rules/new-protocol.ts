/** A pair that was learnt and speaks something new: remote access beside the polls, a new service. */
import type { Normal } from "../baseline/normal.ts";
import { type Edge, isBetweenTwo } from "../plant/edge.ts";
import { defineRule } from "./rule.ts";

/**
 * A protocol is known by its content. A connection's beginning, or one that was under way when the
 * capture began, has none yet: that long, its port may stand for what was learnt on it.
 */
const UNKNOWN_PACKETS_MAX = 16;

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
      const fresh = edges.filter((edge) => isFresh(edge, normal));
      return fresh.map(({ key, client, server, protocol, packets, commands, firstMs }) => {
        const total = packets[0] + packets[1];
        const figures = total > 0 ? `${total} packets` : `${commands.length} kinds of commands`;
        return {
          subject: key,
          groups: [client, server],
          why: `${client} and ${server} are a known pair, but not in ${protocol}: ${figures} of it now`,
          numbers: { packets: total, commands: commands.length },
          sinceMs: firstMs,
        };
      });
    },
});

function isFresh(edge: Edge, normal: Normal): boolean {
  const { key, client, server, protocol, port, packets, isReal } = edge;
  if (!isReal || normal.edgeAt(key) !== null) return false;
  if (!isBetweenTwo(edge) || !normal.hasPair(client, server)) return false;
  const isUnknown = protocol.endsWith(`/${port}`);
  const isShort = packets[0] + packets[1] <= UNKNOWN_PACKETS_MAX;
  return !(isUnknown && isShort && normal.hasPort(client, server, port));
}
