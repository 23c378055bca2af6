/**
 * Makers of network hardware by the first 24, 28 or 36 bits of a MAC address (IEEE's MA-L, MA-M, MA-S), from
 * one file of about 1 MB that scripts/oui.ts makes of the package oui-data. It is searched as it lies in
 * memory: of the package's JSON, Node would make 20 MB of strings.
 *
 * The file: three sections for prefixes of 3, 4 and 5 bytes (the longer ones filled up with a zero half byte),
 * each a u32 count and so many records of prefix and u24 offset, ordered by prefix; then the names, each
 * behind a byte of its length in UTF-8. Numbers are in network order.
 */
export const ouiPrefixBytes = [3, 4, 5] as const;
export const OUI_OFFSET_BYTES = 3;

interface Section {
  prefixBytes: number;
  at: number;
  count: number;
}

const utf8 = new TextDecoder();

/** @returns the maker's name for a MAC address ("00:1b:1b:…"); empty for one that has none, or is no maker's */
export function createOuiLookup(bytes: Uint8Array): (mac: string) => string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sections: Section[] = [];
  let at = 0;
  for (const prefixBytes of ouiPrefixBytes) {
    const count = view.getUint32(at);
    sections.push({ prefixBytes, at: at + 4, count });
    at += 4 + count * (prefixBytes + OUI_OFFSET_BYTES);
  }
  const namesAt = at;

  function numberAt(from: number, length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + bytes[from + i]!;
    return value;
  }

  function find({ prefixBytes, at: start, count }: Section, wanted: number): number | undefined {
    const recordBytes = prefixBytes + OUI_OFFSET_BYTES;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numberAt(start + middle * recordBytes, prefixBytes) < wanted) low = middle + 1;
      else high = middle;
    }
    const found = start + low * recordBytes;
    if (low === count || numberAt(found, prefixBytes) !== wanted) return undefined;
    return numberAt(found + prefixBytes, OUI_OFFSET_BYTES);
  }

  return (mac) => {
    const digits = mac.replaceAll(":", "");
    for (const section of sections.toReversed()) {
      const { prefixBytes } = section;
      const wanted = digits.slice(0, prefixBytes === 3 ? 6 : prefixBytes * 2 - 1);
      const offset = find(section, Number.parseInt(wanted.padEnd(prefixBytes * 2, "0"), 16));
      if (offset === undefined) continue;
      const name = namesAt + offset;
      return utf8.decode(bytes.subarray(name + 1, name + 1 + bytes[name]!));
    }
    return "";
  };
}
