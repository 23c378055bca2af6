/** Field devices: what answers commands of protocols that only controllers, RTUs and drives serve. */
import { createBounded } from "./bounded.ts";
import type { Edge } from "./edge.ts";

/**
 * MQTT and OPC UA are as often served by computers, where file shares and remote desktops are at home;
 * the rest of the protocols that are known by content are none of a plant.
 */
const FIELD: ReadonlySet<string> = new Set([
  "modbus",
  "s7comm",
  "s7comm-plus",
  "enip",
  "cip",
  "dnp3",
  "iec104",
  "bacnet",
  "hart_ip",
]);

const DEVICES_MAX = 4096;

export interface Devices {
  take(edges: readonly Edge[]): ReadonlySet<string>;
}

export function createDevices(known: Iterable<string>): Devices {
  const devices = createBounded<true>(DEVICES_MAX, (address) => addresses.delete(address));
  const addresses = new Set<string>();
  const add = (address: string) => {
    devices.use(address, () => true);
    addresses.add(address);
  };
  for (const address of known) add(address);
  return {
    take(edges) {
      for (const { server, protocol, isGroup, packets, commands } of edges) {
        if (!FIELD.has(protocol) || isGroup) continue;
        const answers = commands.some(
          ({ responseCount, errorCount }) => responseCount > 0 || errorCount > 0,
        );
        if (packets[1] > 0 || answers) add(server);
      }
      return addresses;
    },
  };
}

export const isFieldProtocol = (protocol: string): boolean => FIELD.has(protocol);
