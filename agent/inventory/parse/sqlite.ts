/**
 * Rows of one table of an SQLite database, page by page: https://www.sqlite.org/fileformat2.html.
 * SQLite itself (sql.js) would hold the whole file in memory, and rpm's grows to a hundred megabytes; it
 * would also pass by the write-ahead log, where rpm leaves its latest transactions.
 */
import type { Host } from "../../core/host.ts";
import { createPagedFile, type PagedFile } from "./paged-file.ts";
import { pagesInWal } from "./sqlite-wal.ts";

/** A b-tree of 2^31 pages has no more levels. */
const DEPTH_MAX = 24;
/** A header of a package with 100,000 files is 20 MB. */
const PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;

const LEAF_TABLE = 0x0d;
const INTERIOR_TABLE = 0x05;

type Value = number | string | Buffer | null;

interface Database {
  page(number: number): Promise<Buffer | null>;
  pageBytes: number;
  /** Bytes of a page that cells may use (§1.3.4). */
  usableBytes: number;
  /** Pages that may still be read: each counts once in a sound file, so a loop ends. */
  pagesLeft: number;
}

/** The rows of `table`, in order of their rowid; none where the file is no database, or broken. */
export async function* tableRows(host: Host, path: string, table: string): AsyncGenerator<Value[]> {
  const database = await openDatabase(host, path);
  if (database === null) return;
  // The schema is itself a table: type, name, tbl_name, rootpage, sql (§2.6).
  for await (const [type, name, , rootPage] of rowsBelow(database, 1, 0)) {
    if (type !== "table" || name !== table || typeof rootPage !== "number") continue;
    yield* rowsBelow(database, rootPage, 0);
    return;
  }
}

async function openDatabase(host: Host, path: string): Promise<Database | null> {
  const file = createPagedFile(host, path);
  const { sizeBytes } = await host.status(path);
  const wal = await pagesInWal(host, `${path}-wal`);
  // Right after it was made, all of a database may be in its log.
  const header = wal.pages.has(1) ? await wal.read(1) : await file.at(0, 100);
  if (header === null || header.toString("latin1", 0, 16) !== "SQLite format 3\0") return null;
  const pageBytes = pageBytesOf(header.readUInt16BE(16));
  const usableBytes = pageBytes - header[20]!;
  if (pageBytes === 0 || usableBytes < 480) return null;
  const pagesMax = Math.ceil(sizeBytes / pageBytes) + wal.pages.size;
  return { page: pageReader(file, wal, pageBytes), pageBytes, usableBytes, pagesLeft: pagesMax };
}

function pageReader(
  file: PagedFile,
  wal: Awaited<ReturnType<typeof pagesInWal>>,
  pageBytes: number,
): Database["page"] {
  return async (number) => {
    const page = wal.pages.has(number)
      ? await wal.read(number)
      : await file.at((number - 1) * pageBytes, pageBytes);
    return page?.length === pageBytes ? page : null;
  };
}

/** A power of two from 512; 1 stands for 65,536 (§1.3.2). 0 for anything else. */
export function pageBytesOf(field: number): number {
  if (field === 1) return 65_536;
  return field >= 512 && (field & (field - 1)) === 0 ? field : 0;
}

async function* rowsBelow(
  database: Database,
  number: number,
  depth: number,
): AsyncGenerator<Value[]> {
  if (depth > DEPTH_MAX || number < 1 || database.pagesLeft-- <= 0) return;
  const page = await database.page(number);
  if (page === null) return;
  const start = number === 1 ? 100 : 0; // The database's header stands before page 1's own.
  const kind = page[start];
  if (kind !== LEAF_TABLE && kind !== INTERIOR_TABLE) return;
  const cells = page.readUInt16BE(start + 3);
  const pointers = start + (kind === LEAF_TABLE ? 8 : 12);
  for (let cell = 0; cell < cells && pointers + 2 * cell + 2 <= page.length; cell++) {
    const at = page.readUInt16BE(pointers + 2 * cell);
    if (at + 4 > page.length) continue;
    if (kind === INTERIOR_TABLE) {
      yield* rowsBelow(database, page.readUInt32BE(at), depth + 1);
      continue;
    }
    const payload = await payloadAt(database, page, at);
    if (payload !== null) yield valuesOf(payload);
  }
  if (kind === INTERIOR_TABLE) yield* rowsBelow(database, page.readUInt32BE(start + 8), depth + 1);
}

/** The payload of a leaf's cell, with what overflowed to other pages (§1.6). Null when broken. */
async function payloadAt(database: Database, page: Buffer, at: number): Promise<Buffer | null> {
  const [bytes, afterBytes] = varintAt(page, at);
  const [, start] = varintAt(page, afterBytes); // The rowid.
  if (bytes > PAYLOAD_BYTES_MAX) return null;
  const local = localBytesOf(bytes, database.usableBytes);
  if (start + local > page.length) return null;
  if (local === bytes) return page.subarray(start, start + bytes);
  if (start + local + 4 > page.length) return null;
  const pieces = [page.subarray(start, start + local)];
  let next = page.readUInt32BE(start + local);
  for (let missing = bytes - local; missing > 0; ) {
    if (next === 0 || database.pagesLeft-- <= 0) return null;
    const overflow = await database.page(next);
    if (overflow === null) return null;
    const piece = overflow.subarray(4, 4 + Math.min(missing, database.usableBytes - 4));
    pieces.push(piece);
    missing -= piece.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(pieces, bytes);
}

function localBytesOf(bytes: number, usable: number): number {
  const most = usable - 35;
  if (bytes <= most) return bytes;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const local = least + ((bytes - least) % (usable - 4));
  return local <= most ? local : least;
}

/** A record's columns (§2.1). What does not fit its bytes ends it. */
export function valuesOf(payload: Buffer): Value[] {
  const values: Value[] = [];
  const [headerBytes, first] = varintAt(payload, 0);
  let data = headerBytes;
  for (let at = first; at < headerBytes && at < payload.length; ) {
    const [serial, next] = varintAt(payload, at);
    at = next;
    const length = lengthOf(serial);
    if (data + length > payload.length) break;
    values.push(columnOf(payload.subarray(data, data + length), serial));
    data += length;
  }
  return values;
}

const lengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function lengthOf(serial: number): number {
  return lengths[serial] ?? Math.floor((serial - 12) / 2);
}

function columnOf(bytes: Buffer, serial: number): Value {
  if (serial === 0) return null;
  if (serial <= 5) return bytes.readIntBE(0, bytes.length);
  if (serial === 6) return Number(bytes.readBigInt64BE(0));
  if (serial === 7) return bytes.readDoubleBE(0);
  if (serial === 8 || serial === 9) return serial - 8;
  return serial % 2 === 0 ? bytes : bytes.toString("utf8");
}

/** Big-endian, seven bits a byte, eight in the ninth: [value, offset after it]. */
function varintAt(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  return [value * 256 + (bytes[at + 8] ?? 0), at + 9];
}
