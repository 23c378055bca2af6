/** Addresses as sets that a profile can hold: themselves, or the networks that they are in. */
import { type IpAddress, parseIp } from "../ip.ts";

/** Prefix lengths (IPv4, IPv6) from narrow to wide: an address, a subnet, a site. */
export const networkSteps: readonly (readonly [number, number])[] = [
  [32, 128],
  [24, 64],
  [16, 48],
];

/** The network that the address is in, as a profile writes it; null when it is no address. */
export function networkOf(text: string, [bits4, bits6]: readonly [number, number]): string | null {
  const ip = parseIp(text);
  if (ip === null) return null;
  const prefix = ip.bits === 32 ? bits4 : bits6;
  const hostBits = BigInt(ip.bits - prefix);
  const base = { bits: ip.bits, value: (ip.value >> hostBits) << hostBits };
  return prefix === ip.bits ? textOf(base) : `${textOf(base)}/${prefix}`;
}

function textOf({ bits, value }: IpAddress): string {
  if (bits === 32) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  // RFC 5952: the longest run of zero groups as "::".
  const runs = [...groups.join(":").matchAll(/\b0(?::0\b)+/g)];
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), "");
  if (longest === "") return groups.join(":");
  const [head, tail] = splitOnce(groups.join(":"), longest);
  return `${head.replace(/:$/, "")}::${tail.replace(/^:/, "")}`;
}

function splitOnce(text: string, part: string): [string, string] {
  const at = new RegExp(`\\b${part}\\b`).exec(text)!.index;
  return [text.slice(0, at), text.slice(at + part.length)];
}
