/** An address of this site that sends and was not there while learning: a rogue master, a laptop. */
import { createBounded } from "../plant/bounded.ts";
import type { Sender } from "../plant/senders.ts";
import { defineRule, type Judge, type Step } from "./rule.ts";
import { counted, listed } from "./words.ts";

const MACS_MAX = 1024;

/** More addresses of one MAC address are those of devices behind a router. */
const ADDRESSES_OF_DEVICE_MAX = 4;

export const newAsset = defineRule({
  name: "new_asset",
  summary: "a device sends that was not there while learning",
  severity: "medium",
  techniques: ["T0848"],
  needsNormal: true,
  quietMs: 86_400_000,
  begin: createJudge,
});

function createJudge(): Judge {
  /** Addresses by their MAC address, in the order in which they were seen. */
  const devices = createBounded<string[]>(MACS_MAX);

  /** The first address of the device, as far as frames show that there is one. */
  function deviceOf({ address, mac }: Sender): string {
    if (mac === undefined) return address;
    const addresses = devices.use(mac, () => []);
    if (!addresses.includes(address)) {
      if (addresses.length === ADDRESSES_OF_DEVICE_MAX) return address;
      addresses.push(address);
    }
    return addresses[0]!;
  }

  return (step) =>
    [...step.strangers.values()].map((sender) => {
      const { address, mac, packets, firstMs } = sender;
      const spoken = spokenBy(address, step);
      const device = mac === undefined ? address : `${address} (${mac})`;
      return {
        subject: deviceOf(sender),
        // A scan with forged senders, or a new line of machines: one matter from the ninth on.
        groups: ["new assets"],
        why: `${device} was not there while learning and sent ${counted(packets, "packet")}${spoken && `, speaking ${spoken}`}`,
        numbers: { packets },
        sinceMs: firstMs,
      };
    });
}

function spokenBy(address: string, { edges }: Step): string {
  const own = edges.filter(({ client, server }) => client === address || server === address);
  return listed([...new Set(own.map(({ protocol }) => protocol))]);
}
