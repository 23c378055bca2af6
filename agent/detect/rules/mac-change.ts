/**
 * An IPv4 or IPv6 address that moved to another MAC address: somebody in the middle (ARP spoofing), a
 * second device with the same address, or a device that was replaced. Routers that stand in for each
 * other use virtual MAC addresses of their own (VRRP, RFC 5798) and change nothing here.
 */
import { createBounded } from "../plant/bounded.ts";
import { isNobody } from "../plant/ends.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";

const ADDRESSES_MAX = 4096;

/** Two devices that answer in turns change it with every answer: more than that is not told apart. */
const MACS_MAX = 4;

export const macChange = defineRule({
  name: "mac_change",
  summary: "an IP address moved to another MAC address, or two devices claim it",
  severity: "high",
  techniques: ["T0830"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: createJudge,
});

function createJudge(): Judge {
  const bindings = createBounded<string[]>(ADDRESSES_MAX);
  return ({ observation, normal }) => {
    const sightings: Sighting[] = [];
    for (const { name, subject, value: mac, source, atMs } of observation.facts) {
      const { address } = subject;
      if (name !== "mac" || address === undefined || isNobody(address)) continue;
      const macs = bindings.use(address, () => [...(normal?.macsOf(address) ?? [])]);
      const isKnown = macs.length === 0 || macs.includes(mac);
      // A lease that the server gave to another device: told by DHCP itself.
      if (source.toLowerCase().includes("dhcp")) {
        macs.splice(0, macs.length, mac);
        continue;
      }
      if (macs.length === 0) macs.push(mac);
      if (isKnown) continue;
      const before = macs[0]!;
      if (macs.length < MACS_MAX && normal === null) macs.push(mac);
      sightings.push({
        subject: address,
        groups: [mac],
        why: `${address} is claimed by ${mac} (${source}); it was ${before} until then`,
        numbers: { macs: macs.length + (macs.includes(mac) ? 0 : 1) },
        sinceMs: atMs,
      });
    }
    return sightings;
  };
}
