/** Writes the file that agent/traffic/oui.ts reads. */
import { OUI_OFFSET_BYTES, ouiPrefixBytes } from "../../agent/traffic/oui.ts";

const NAME_BYTES_MAX = 255;

/** @param makers by prefix: 6, 7 or 9 hex digits */
export function encodeOui(makers: Iterable<readonly [prefix: string, name: string]>): Uint8Array {
  const names = new Map<string, number>();
  const nameParts: Buffer[] = [];
  let namesBytes = 0;
  const offsetOf = (name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name).subarray(0, NAME_BYTES_MAX);
    names.set(name, namesBytes);
    nameParts.push(Buffer.from([bytes.length]), bytes);
    namesBytes += bytes.length + 1;
    return namesBytes - bytes.length - 1;
  };

  const sorted = [...makers].sort(([one], [other]) => (one < other ? -1 : 1));
  const sections = ouiPrefixBytes.map((prefixBytes) => {
    const digits = prefixBytes === 3 ? 6 : prefixBytes * 2 - 1;
    const records = sorted.filter(([prefix]) => prefix.length === digits);
    const section = Buffer.alloc(4 + records.length * (prefixBytes + OUI_OFFSET_BYTES));
    let at = section.writeUInt32BE(records.length);
    for (const [prefix, name] of records) {
      at = section.writeUIntBE(
        Number.parseInt(prefix.padEnd(prefixBytes * 2, "0"), 16),
        at,
        prefixBytes,
      );
      at = section.writeUIntBE(offsetOf(name), at, OUI_OFFSET_BYTES);
    }
    return section;
  });
  return Buffer.concat([...sections, ...nameParts]);
}
