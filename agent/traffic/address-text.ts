/** Addresses as the core keeps them, 16 bytes each, as people write them. */

const hexOf: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

export function macText(view: DataView, at: number): string {
  let text = hexOf[view.getUint8(at)]!;
  for (let i = 1; i < 6; i++) text += `:${hexOf[view.getUint8(at + i)]}`;
  return text;
}

/** ::ffff:a.b.c.d as a.b.c.d; any other by RFC 5952. */
export function addressText(view: DataView, at: number): string {
  if (
    view.getUint32(at + 8) === 0xffff &&
    view.getUint32(at + 4) === 0 &&
    view.getUint32(at) === 0
  ) {
    const byte = (i: number) => view.getUint8(at + 12 + i);
    return `${byte(0)}.${byte(1)}.${byte(2)}.${byte(3)}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + i * 2));
  const zeros = longestZeros(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (zeros.length < 2) return text(groups);
  const behind = zeros.start + zeros.length;
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(behind))}`;
}

/** The first of the longest runs of zero groups (RFC 5952 section 4.2.3). */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, i) => {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > longest.length) longest = { start, length: i + 1 - start };
  });
  return longest;
}
