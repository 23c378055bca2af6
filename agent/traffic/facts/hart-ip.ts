/**
 * HART-IP (FieldComm TS20085): header of 8 bytes, then a HART frame. Universal commands of TS20127: 0 and
 * 11, 21 (identity), 13 (tag, descriptor), 20 and 22 (long tag).
 */
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexOf } from "./text.ts";
import { addVendor, hart } from "./vendors.ts";

const RESPONSE = 1;
const TOKEN_PASSING = 3;
const LONG_ADDRESS = 0x80;

export const hartIp: FactSource = {
  name: "hart-ip identity",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(hartIp.name, atMs);
    const reader = createReader(bytes, 1);
    if (reader.u8() !== RESPONSE || reader.u8() !== TOKEN_PASSING) return sheet.facts;
    reader.skip(5);
    const frame = frameOf(reader);
    if (!frame) return sheet.facts;
    const { command, data, address } = frame;
    const subject = subjectOf(source, address);
    if (command === 0 || command === 11 || command === 21) {
      const identity = identityOf(data);
      if (!identity) return sheet.facts;
      const { vendor, type, softwareRevision, hardwareRevision, serial } = identity;
      addVendor(sheet, subject, hart, vendor, confidences.identity);
      sheet.add(subject, "model", `device type ${type}`, confidences.hint);
      sheet.add(subject, "firmware", String(softwareRevision), confidences.identity);
      sheet.add(subject, "hardware", String(hardwareRevision), confidences.identity);
      sheet.add(subject, "serial", String(serial), confidences.identity);
    }
    if (command === 13) {
      sheet.add(subject, "name", packedText(data.take(6)), confidences.identity);
      sheet.add(subject, "description", packedText(data.take(12)), confidences.identity);
    }
    if (command === 20 || command === 22) {
      sheet.add(subject, "name", data.text(32).trim(), confidences.identity);
    }
    return sheet.facts;
  },
};

interface Frame {
  command: number;
  data: Reader;
  /** Of a device that is not the server itself: its long address. */
  address?: string;
}

/** Delimiter, address, command, byte count, two bytes of status, data, checksum. */
function frameOf(reader: Reader): Frame | undefined {
  const delimiter = reader.u8();
  const isLong = (delimiter & LONG_ADDRESS) !== 0;
  const address = reader.take(isLong ? 5 : 1);
  reader.skip((delimiter >> 5) & 0x03);
  const command = reader.u8();
  const length = reader.u8();
  const communicationError = reader.u8() & 0x80;
  reader.skip(1);
  const data = createReader(reader.takeUpTo(length - 2));
  // Bit 7 is the master's, bit 6 burst mode's.
  const id = hexOf(Uint8Array.from(address, (byte, i) => (i === 0 ? byte & 0x3f : byte)));
  if (!reader.ok || communicationError || (delimiter & 0x07) !== 6) return undefined;
  return { command, data, ...(isLong && { address: `device ${id}` }) };
}

function identityOf(data: Reader) {
  data.skip(1);
  const manufacturer = data.u8();
  const deviceType = data.u8();
  data.skip(1);
  const universalRevision = data.u8();
  data.skip(1);
  const softwareRevision = data.u8();
  const hardwareRevision = data.u8() >> 3;
  data.skip(1);
  const serial = data.u8() * 0x10000 + data.u16();
  if (!data.ok) return undefined;
  // From revision 7 on the two bytes are the expanded device type, and the maker stands further behind.
  data.skip(5);
  const expanded = data.u16();
  const isExpanded = universalRevision >= 7 && data.ok;
  return {
    vendor: isExpanded ? expanded : manufacturer,
    type: isExpanded ? manufacturer * 256 + deviceType : deviceType,
    softwareRevision,
    hardwareRevision,
    serial,
  };
}

/** Four characters in three bytes, each the low six bits of ASCII from "@" to "_" or from " " to "?". */
function packedText(packed: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 2 < packed.length; at += 3) {
    const bits = packed[at]! * 0x10000 + packed[at + 1]! * 0x100 + packed[at + 2]!;
    for (const shift of [18, 12, 6, 0]) {
      const six = (bits >> shift) & 0x3f;
      text += String.fromCharCode(six < 0x20 ? six + 0x40 : six);
    }
  }
  return text.trim();
}
