/**
 * A write or control command from a client that did not write to that server while learning. Who may
 * write is the shortest and steadiest of a plant's lists (Cheung et al. 2007).
 */
import { defineRule } from "./rule.ts";
import { counted, listed } from "./words.ts";

export const newWriter = defineRule({
  name: "new_writer",
  summary: "a client writes to a server that it did not write to while learning",
  severity: "high",
  techniques: ["T0855", "T0836", "T0831"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin:
    () =>
    ({ edges, normal }) => {
      if (normal === null) return [];
      return edges.flatMap(({ key, client, server, protocol, isGroup, commands }) => {
        const known = normal.edgeAt(key);
        if (isGroup || known?.hasClass("write") || known?.hasClass("control")) return [];
        const writes = commands.filter(
          ({ commandClass, action, requestCount }) =>
            (commandClass === "write" || commandClass === "control") &&
            action === undefined &&
            requestCount > 0,
        );
        if (writes.length === 0) return [];
        const requests = writes.reduce((sum, { requestCount }) => sum + requestCount, 0);
        const names = [...new Set(writes.map(({ command }) => command))];
        const habit = normal.isWriter(client) ? "it writes elsewhere" : "it never wrote anywhere";
        return [
          {
            subject: key,
            groups: [client, server],
            why: `${client} sent ${server} ${counted(requests, "write")} of ${protocol} (${listed(names)}); while learning ${habit}`,
            numbers: { writes: requests },
            ...(normal.isWriter(client) && { severity: "medium" as const }),
            sinceMs: Math.min(...writes.map(({ firstMs }) => firstMs)),
          },
        ];
      });
    },
});
