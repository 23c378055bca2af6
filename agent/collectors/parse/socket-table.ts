/**
 * The kernel's socket tables: /proc/net/{tcp,tcp6,udp,udp6}, read as bytes. At 10,000 sockets a table
 * is 1.5 MB, so nothing is split and a line makes no string: a row is handed over as numbers and as
 * places in the bytes.
 *
 *     sl  local_address rem_address   st tx_queue …
 *      0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 …
 *
 * (Linux net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv6/tcp_ipv6.c get_tcp6_sock.) Addresses are 32-bit
 * words printed as the CPU holds them: on the little-endian machines this runs on, bytes reversed.
 */
import { hex2At, hex4At } from "./hex.ts";
import { ipv4TextOf, ipv6TextOf } from "./ip-address.ts";

/** Socket states in these files, Linux include/net/tcp_states.h. */
export const SocketState = { established: 0x01, close: 0x07, listen: 0x0a } as const;

/** Hexadecimal digits of an address: 8 in tcp and udp, 32 in tcp6 and udp6. */
export type AddressDigits = 8 | 32;

/** One line. `localAt` and `remoteAt` say where the addresses' digits begin. Reused: do not keep it. */
export interface SocketRow {
  state: number;
  localAt: number;
  localPort: number;
  remoteAt: number;
  remotePort: number;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;

/** Calls `visit` for each socket, and gives the number of lines that could not be read. */
export function scanSocketTable(
  bytes: Uint8Array,
  digits: AddressDigits,
  visit: (row: SocketRow) => void,
): number {
  const row: SocketRow = { state: 0, localAt: 0, localPort: 0, remoteAt: 0, remotePort: 0 };
  let unreadable = 0;
  // The first line names the columns.
  let start = lineEndOf(bytes, 0) + 1;
  while (start < bytes.length) {
    const end = lineEndOf(bytes, start);
    if (parseRow(bytes, start, end, digits, row)) visit(row);
    else if (end > start) unreadable++;
    start = end + 1;
  }
  return unreadable;
}

function lineEndOf(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(NEWLINE, from);
  return at < 0 ? bytes.length : at;
}

function parseRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  digits: AddressDigits,
  row: SocketRow,
): boolean {
  let at = start;
  while (at < end && bytes[at] !== COLON) at++;
  const localAt = at + 2;
  const remoteAt = localAt + digits + 6;
  const stateAt = remoteAt + digits + 6;
  if (stateAt + 2 > end || bytes[at + 1] !== SPACE) return false;
  if (bytes[localAt + digits] !== COLON || bytes[remoteAt - 1] !== SPACE) return false;
  if (bytes[remoteAt + digits] !== COLON || bytes[stateAt - 1] !== SPACE) return false;
  row.localAt = localAt;
  row.localPort = hex4At(bytes, localAt + digits + 1);
  row.remoteAt = remoteAt;
  row.remotePort = hex4At(bytes, remoteAt + digits + 1);
  row.state = hex2At(bytes, stateAt);
  if ((row.localPort | row.remotePort | row.state) < 0) return false;
  return isHex(bytes, localAt, digits) && isHex(bytes, remoteAt, digits);
}

function isHex(bytes: Uint8Array, at: number, digits: AddressDigits): boolean {
  let all = 0;
  for (let offset = 0; offset < digits; offset += 4) all |= hex4At(bytes, at + offset);
  return all >= 0;
}

/** True for 0.0.0.0 and ::, which in every notation are zeros only. */
export function isUnspecifiedAt(bytes: Uint8Array, at: number, digits: AddressDigits): boolean {
  let all = 0;
  for (let offset = 0; offset < digits; offset += 4) all |= hex4At(bytes, at + offset);
  return all === 0;
}

/** Where the groups and the words of an IPv6 address begin. */
const groupsAt = [0, 4, 8, 12, 16, 20, 24, 28];
const wordsAt = [0, 8, 16, 24];

/** Writes addresses as text, each distinct one once: thousands of sockets share a few addresses. */
export function createAddressReader() {
  const ipv4Texts = new Map<number, string>();
  const ipv6Texts = new Map<string, string>();

  return (bytes: Uint8Array, at: number, digits: AddressDigits): string => {
    if (digits === 8) {
      const word = wordAt(bytes, at);
      let text = ipv4Texts.get(word);
      if (text === undefined) {
        text = ipv4TextOf(word);
        ipv4Texts.set(word, text);
      }
      return text;
    }
    const key = String.fromCharCode(...groupsAt.map((offset) => hex4At(bytes, at + offset)));
    let text = ipv6Texts.get(key);
    if (text === undefined) {
      const words = wordsAt.map((offset) => wordAt(bytes, at + offset));
      text = ipv6TextOf(words.flatMap((word) => [word >>> 16, word & 0xffff]));
      ipv6Texts.set(key, text);
    }
    return text;
  };
}

/** A word of eight digits in network order: the file has its bytes reversed. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (hex2At(bytes, at + 6) << 24) |
    (hex2At(bytes, at + 4) << 16) |
    (hex2At(bytes, at + 2) << 8) |
    hex2At(bytes, at)
  );
}
