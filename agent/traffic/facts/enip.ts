/**
 * ListIdentity and the Identity object's GetAttributesAll: The CIP Networks Library, volume 2, section
 * 2-4.2 (ListIdentity item 0x000C), and volume 1, section 5A-2 (Identity object, class 1).
 */
import type { PlantSubject } from "../../core/plant.ts";
import {
  confidences,
  createFactSheet,
  type FactSheet,
  type FactSource,
  subjectOf,
} from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexNumber } from "./text.ts";
import { addVendor, odva } from "./vendors.ts";

const LIST_IDENTITY = 0x0063;
const SEND_RR_DATA = 0x006f;
const SEND_UNIT_DATA = 0x0070;
const IDENTITY_ITEM = 0x000c;
const CONNECTED_DATA = 0x00b1;
const UNCONNECTED_DATA = 0x00b2;
const GET_ATTRIBUTES_ALL_REPLY = 0x81;
const ITEMS_MAX = 8;

/** Device profiles of volume 1, chapter 6, that say what a device is for. */
const roles: Readonly<Record<number, string>> = {
  2: "drive",
  7: "remote I/O",
  12: "communication adapter",
  14: "PLC",
  19: "drive",
  22: "motor starter",
  24: "HMI",
  34: "encoder",
  35: "remote I/O",
  37: "drive",
  44: "switch",
};

export const enip: FactSource = {
  name: "ethernet/ip list identity",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(enip.name, atMs);
    for (const { type, reader } of itemsOf(bytes)) {
      if (type !== IDENTITY_ITEM) continue;
      // Protocol version, then a socket address that a NAT may have made meaningless.
      reader.skip(18);
      identityOf(reader, subjectOf(source), sheet, confidences.identity);
    }
    return sheet.facts;
  },
};

/** The core keeps only replies to requests for class 1: the reply itself does not say so. */
export const cipIdentity: FactSource = {
  name: "cip identity object",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(cipIdentity.name, atMs);
    for (const { type, reader } of itemsOf(bytes)) {
      if (type !== UNCONNECTED_DATA && type !== CONNECTED_DATA) continue;
      if (type === CONNECTED_DATA) reader.skip(2);
      if (reader.u8() !== GET_ATTRIBUTES_ALL_REPLY) continue;
      reader.skip(1);
      const status = reader.u8();
      reader.skip(2 * reader.u8());
      // Asked through a bridge, it is another module of the same rack that answers: trusted a little less.
      if (status === 0) identityOf(reader, subjectOf(source), sheet, confidences.discovery);
    }
    return sheet.facts;
  },
};

function itemsOf(bytes: Uint8Array): { type: number; reader: Reader }[] {
  const reader = createReader(bytes);
  const command = reader.u16Le();
  reader.skip(22);
  if (command === SEND_RR_DATA || command === SEND_UNIT_DATA) reader.skip(6);
  else if (command !== LIST_IDENTITY) return [];
  const count = Math.min(reader.u16Le(), ITEMS_MAX);
  const items: { type: number; reader: Reader }[] = [];
  for (let i = 0; i < count && reader.left > 0; i++) {
    const type = reader.u16Le();
    items.push({ type, reader: createReader(reader.takeUpTo(reader.u16Le())) });
  }
  return items;
}

function identityOf(
  reader: Reader,
  subject: PlantSubject,
  sheet: FactSheet,
  confidence: number,
): void {
  const vendor = reader.u16Le();
  const deviceType = reader.u16Le();
  const productCode = reader.u16Le();
  const major = reader.u8();
  const minor = reader.u8();
  reader.skip(2);
  const serial = reader.u32Le();
  if (!reader.ok) return;
  addVendor(sheet, subject, odva, vendor, confidence);
  sheet.add(subject, "firmware", `${major}.${String(minor).padStart(3, "0")}`, confidence);
  if (serial !== 0) sheet.add(subject, "serial", hexNumber(serial, 8), confidence);
  sheet.add(subject, "model", `product code ${productCode}`, confidences.hint);
  sheet.add(subject, "role", roles[deviceType] ?? "", confidence);
  sheet.add(subject, "product", reader.text(Math.min(reader.u8(), reader.left)), confidence);
}
