/** What an address says of itself. Each packet's stretch asks for the same few again and again, so answers are kept. */
import { parseAddress } from "../../core/address.ts";

export interface Traits {
  isMac: boolean;
  /** Multicast or broadcast by itself: RFC 5771, RFC 4291 section 2.7, or a MAC address' group bit. */
  isGroup: boolean;
  /** 0.0.0.0, "::", 00:00:00:00:00:00: nobody's. */
  isNobody: boolean;
  /** Private (RFC 1918), link-local, unique local (RFC 4193), loopback and MAC addresses: of this site. */
  isOfSite: boolean;
}

/** When it is full it is emptied: what is in use is there again at once. */
const KEPT_MAX = 8192;

const kept = new Map<string, Traits>();

export function traitsOf(address: string): Traits {
  const known = kept.get(address);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const traits = MAC.test(address) ? macTraits(address) : ipTraits(address);
  kept.set(address, traits);
  return traits;
}

const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

export const isGroupMac = (mac: string): boolean =>
  (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;

function macTraits(mac: string): Traits {
  return {
    isMac: true,
    isGroup: isGroupMac(mac),
    isNobody: mac === "00:00:00:00:00:00",
    isOfSite: true,
  };
}

function ipTraits(address: string): Traits {
  const words = parseAddress(address);
  if (words === null) return { isMac: false, isGroup: false, isNobody: false, isOfSite: true };
  const first = words[0]!;
  const isIpv4 = words.length === 1;
  return {
    isMac: false,
    isGroup: isIpv4 ? first >>> 24 >= 224 : first >>> 24 === 0xff,
    isNobody: words.every((word) => word === 0),
    isOfSite: isIpv4 ? isPrivateIpv4(first) : isLocalIpv6(first),
  };
}

function isPrivateIpv4(word: number): boolean {
  const high = word >>> 24;
  if (high === 10 || high === 127) return true;
  return word >>> 20 === 0xac1 || word >>> 16 === 0xc0a8 || word >>> 16 === 0xa9fe;
}

const isLocalIpv6 = (word: number): boolean =>
  word >>> 25 === 0xfc >>> 1 || word >>> 22 === 0xfe80 >>> 6;
