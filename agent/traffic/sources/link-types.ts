/** The registry's numbers (https://www.tcpdump.org/linktypes.html) as the core's. */
import { abi } from "../abi.ts";

/** No link type of the core's: it counts such packets and reads nothing of them. */
export const LINK_UNKNOWN = abi.RECORD_LINK_MASK;

const links = new Map<number, number>([
  [0, abi.LINK_NULL],
  [1, abi.LINK_ETHERNET],
  // Raw IP, as some systems number it, and as the registry does.
  [12, abi.LINK_RAW_IP],
  [14, abi.LINK_RAW_IP],
  [101, abi.LINK_RAW_IP],
  [228, abi.LINK_RAW_IP],
  [229, abi.LINK_RAW_IP],
  [108, abi.LINK_NULL],
  [113, abi.LINK_SLL],
  [276, abi.LINK_SLL2],
]);

export function linkOf(linkType: number): number {
  return links.get(linkType) ?? LINK_UNKNOWN;
}
