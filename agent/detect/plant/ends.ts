/** What an address or a port says by itself of the end that has it. */
import { parseAddress } from "../../core/address.ts";
import type { ConversationCount, PlantEnd } from "../../core/plant.ts";
import { isGroupMac, traitsOf } from "./traits.ts";

/** From here on ports are dynamic (RFC 6335 section 6): they name no service. */
export const DYNAMIC_PORT_MIN = 49_152;

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;

/** Multicast and broadcast: no device of its own. A subnet's broadcast address shows by its frames alone. */
export const isGroup = ({ address, mac }: PlantEnd): boolean =>
  traitsOf(address).isGroup || (mac !== undefined && isGroupMac(mac));

export const isNobody = (address: string): boolean => traitsOf(address).isNobody;
export const isOfSite = (address: string): boolean => traitsOf(address).isOfSite;

/** IPv4 by /24 and IPv6 by /64: how plants cut their cells, where nothing says it better. */
export function subnetOf(address: string): string | null {
  const words = parseAddress(address);
  if (words === null) return null;
  return words.length === 1 ? `${words[0]! >>> 8}` : `${words[0]}:${words[1]}`;
}

/** The end that serves, and the one that asks. */
export function rolesOf(conversation: ConversationCount): {
  client: PlantEnd;
  server: PlantEnd;
  isTurned: boolean;
} {
  const { initiator, responder, client } = conversation;
  const isTurned = client === "responder" || (client === undefined && servesFirst(conversation));
  return isTurned
    ? { client: responder, server: initiator, isTurned }
    : { client: initiator, server: responder, isTurned };
}

/** Where systems take their clients' ports from: Linux from here on, others from 49152 or from 1024. */
const CLIENT_PORT_MIN = 32_768;

/** Registered for control protocols, most of them above where clients' ports may begin (IANA). */
const CONTROL_PORTS: ReadonlySet<number> = new Set([
  102, 502, 802, 1883, 2222, 2404, 4840, 5094, 8883, 9600, 19_998, 19_999, 20_000, 34_962, 34_963,
  34_964, 34_980, 44_818, 47_808,
]);

/** A capture that begins in the middle: who sends from a service's port to a client's serves. */
function servesFirst({ initiator, responder, protocol }: ConversationCount): boolean {
  if (protocol !== TCP && protocol !== UDP) return false;
  const [from, to] = [initiator.port, responder.port];
  if (from === 0) return false;
  if (CONTROL_PORTS.has(from) !== CONTROL_PORTS.has(to)) return CONTROL_PORTS.has(from);
  return (from < 1024 && to >= 1024) || (from < CLIENT_PORT_MIN && to >= CLIENT_PORT_MIN);
}
