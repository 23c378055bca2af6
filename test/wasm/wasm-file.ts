/** As much of the WebAssembly binary format (core specification 1.0, §5) as the promises need. */

function reader(bytes: Uint8Array, start: number) {
  let at = start;
  const byte = () => bytes[at++] ?? 0;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value >>> 0;
    }
  };
  return { byte, leb, skip: (n: number) => (at += n), at: () => at };
}

function sections(bytes: Uint8Array): { id: number; start: number }[] {
  const found: { id: number; start: number }[] = [];
  const { byte, leb, skip, at } = reader(bytes, 8);
  while (at() < bytes.length) {
    const id = byte();
    const length = leb();
    found.push({ id, start: at() });
    skip(length);
  }
  return found;
}

export function sectionIds(bytes: Uint8Array): number[] {
  return sections(bytes).map(({ id }) => id);
}

/** §5.5.9: a global is its type, 0x01 when mutable, and an initialiser that ends with 0x0b. */
export function globalsMutable(bytes: Uint8Array): number {
  const section = sections(bytes).find(({ id }) => id === 6);
  if (!section) return 0;
  const { byte, leb, skip } = reader(bytes, section.start);
  let mutable = 0;
  for (let left = leb(); left > 0; left--) {
    byte();
    mutable += byte();
    const opcode = byte();
    if (opcode === 0x41 || opcode === 0x42) leb();
    else skip(opcode === 0x43 ? 4 : 8);
    byte();
  }
  return mutable;
}
