/** Text from devices, made fit to be shown: it may hold anything, and anyone may have sent it. */

/** LLDP's and SNMP's longest strings have 255 bytes. */
export const TEXT_CHARS_MAX = 256;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Control, format (bidirectional overrides, zero width), private and unpaired characters, U+FFFD. */
const unfit = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffd]+/gu;

/** On one line, trimmed, at most TEXT_CHARS_MAX characters, without what could steer a terminal. */
export function cleanText(text: string): string {
  const clean = text
    .slice(0, 2 * TEXT_CHARS_MAX)
    .replace(unfit, " ")
    .replace(/\s+/g, " ")
    .trim();
  return [...clean].slice(0, TEXT_CHARS_MAX).join("").trim();
}

/** Up to the first NUL. What is not UTF-8 is taken for Latin-1. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  const decoded = utf8.decode(text);
  return decoded.includes("\ufffd") ? latin1.decode(text) : decoded;
}

export function hexOf(bytes: Uint8Array, separator = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

/** `0x0012abcd`, as labels and tshark write serial numbers. */
export function hexNumber(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** The longest run of printable ASCII in it; empty when that is shorter than four characters. */
export function printableRunOf(bytes: Uint8Array): string {
  const runs = latin1.decode(bytes).match(/[\x20-\x7e]{4,}/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");
}
