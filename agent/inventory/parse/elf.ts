import type { PagedFile } from "./paged-file.ts";

/** Programs have some forty sections; those with debug symbols a hundred. */
const SECTIONS_MAX = 1024;
const NAMES_BYTES_MAX = 64 * 1024;

export interface ElfSection {
  offset: number;
  bytes: number;
  isLittle: boolean;
  is64: boolean;
}

/** A section of an ELF file by name, elf(5), or null where the file is none or has none such. */
export async function elfSection(file: PagedFile, name: string): Promise<ElfSection | null> {
  const head = await file.at(0, 64);
  if (head === null || head.readUInt32BE(0) !== 0x7f454c46) return null;
  const is64 = head[4] === 2;
  const isLittle = head[5] === 1;
  const u16 = (from: Buffer, at: number) =>
    isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at);
  const u32 = (from: Buffer, at: number) =>
    isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at);
  const word = (from: Buffer, at: number) => {
    if (!is64) return u32(from, at);
    return Number(isLittle ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at));
  };
  const table = word(head, is64 ? 40 : 32);
  const entryBytes = u16(head, is64 ? 58 : 46);
  const count = u16(head, is64 ? 60 : 48);
  const namesIndex = u16(head, is64 ? 62 : 50);
  if (entryBytes < (is64 ? 64 : 40) || count > SECTIONS_MAX || namesIndex >= count) return null;
  const entries = await file.at(table, count * entryBytes);
  if (entries === null) return null;
  const sectionAt = (index: number): ElfSection => ({
    offset: word(entries, index * entryBytes + (is64 ? 24 : 16)),
    bytes: word(entries, index * entryBytes + (is64 ? 32 : 20)),
    isLittle,
    is64,
  });
  const { offset, bytes } = sectionAt(namesIndex);
  const names = bytes > NAMES_BYTES_MAX ? null : await file.at(offset, bytes);
  if (names === null) return null;
  for (let index = 0; index < count; index++) {
    const at = u32(entries, index * entryBytes);
    if (names.toString("latin1", at, at + name.length + 1) === `${name}\0`) return sectionAt(index);
  }
  return null;
}
