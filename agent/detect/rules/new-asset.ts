/** An address of this site that sends and was not there while learning: a rogue master, a laptop. */
import { defineRule } from "./rule.ts";
import { listed } from "./words.ts";

export const newAsset = defineRule({
  name: "new_asset",
  summary: "a device sends that was not there while learning",
  severity: "medium",
  techniques: ["T0848"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin: () => (step) =>
    [...step.strangers.values()].map(({ address, mac, packets, firstMs }) => {
      const protocols = step.edges
        .filter(({ client, server }) => client === address || server === address)
        .map(({ protocol }) => protocol);
      const spoken = listed([...new Set(protocols)]);
      const device = mac === undefined ? address : `${address} (${mac})`;
      return {
        subject: address,
        // A scan with forged senders, or a new line of machines: one matter from the ninth on.
        group: "new assets",
        why: `${device} was not there while learning and sent ${packets} packets${spoken && `, speaking ${spoken}`}`,
        numbers: { packets },
        sinceMs: firstMs,
      };
    }),
});
