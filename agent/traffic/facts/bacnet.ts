/**
 * I-Am, and answers to ReadProperty and ReadPropertyMultiple about a device object: ASHRAE 135, clauses
 * 16.10, 15.5, 15.7 and 20.2 (encoding), annex J (BVLL).
 */
import type { PlantFactName, PlantSubject } from "../../core/plant.ts";
import { type ApplicationValue, contentOf, readTag, type Tag } from "./bacnet-tags.ts";
import {
  confidences,
  createFactSheet,
  type FactContext,
  type FactSheet,
  type FactSource,
  subjectOf,
} from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexOf } from "./text.ts";
import { addVendor, bacnet as bacnetRegister } from "./vendors.ts";

const BVLL = 0x81;
const FORWARDED = 0x04;
const UNCONFIRMED = 1;
const COMPLEX_ACK = 3;
const I_AM = 0;
const READ_PROPERTY = 12;
const READ_PROPERTY_MULTIPLE = 14;
const DEVICE_OBJECT = 8;
const VENDOR_ID = 120;
const TAGS_MAX = 256;

/** Property 12, the application's version, tells less than 44, the firmware's. */
const APPLICATION_VERSION = 12;
const properties: Readonly<Record<number, PlantFactName>> = {
  12: "firmware",
  28: "description",
  44: "firmware",
  58: "location",
  70: "product",
  77: "name",
  121: "vendor",
  372: "serial",
};

interface Apdu {
  reader: Reader;
  subject: PlantSubject;
}

export const bacnet: FactSource = {
  name: "bacnet device object",
  parse(bytes, context) {
    const sheet = createFactSheet(bacnet.name, context.atMs);
    const apdu = apduOf(bytes, context);
    if (!apdu) return sheet.facts;
    const { reader, subject } = apdu;
    const first = reader.u8();
    const type = first >> 4;
    if (type === UNCONFIRMED && reader.u8() === I_AM) iAm(reader, subject, sheet);
    // Of a segmented answer the sequence number and window size stand before the service.
    if (type === COMPLEX_ACK) {
      reader.skip(first & 0x08 ? 3 : 1);
      const service = reader.u8();
      if (service === READ_PROPERTY) readProperty(reader, subject, sheet);
      if (service === READ_PROPERTY_MULTIPLE) readPropertyMultiple(reader, subject, sheet);
    }
    return sheet.facts;
  },
};

/** Behind BVLL and NPDU. Who speaks may be behind a broadcast manager, or on a network of its own. */
function apduOf(bytes: Uint8Array, { source }: FactContext): Apdu | undefined {
  const reader = createReader(bytes);
  let speaker = source;
  // Over IEEE 802.2 (clause 7) there is no BVLL.
  if (bytes[0] === BVLL) {
    reader.skip(1);
    const isForwarded = reader.u8() === FORWARDED;
    reader.skip(2);
    if (isForwarded) {
      const address = reader.take(4).join(".");
      speaker = { address, port: reader.u16() };
    }
  }
  if (reader.u8() !== 1) return undefined;
  const control = reader.u8();
  if (control & 0x80) return undefined;
  if (control & 0x20) {
    reader.skip(2);
    reader.skip(reader.u8());
  }
  let object: string | undefined;
  if (control & 0x08) {
    const network = reader.u16();
    const address = reader.take(reader.u8());
    const text = address.length === 1 ? String(address[0]) : hexOf(address, ":");
    object = `network ${network} address ${text}`;
  }
  if (control & 0x20) reader.skip(1);
  return reader.ok ? { reader, subject: subjectOf(speaker, object) } : undefined;
}

function iAm(reader: Reader, subject: PlantSubject, sheet: FactSheet): void {
  const values: ApplicationValue[] = [];
  for (let i = 0; i < 4; i++) values.push(contentOf(readTag(reader)));
  const [device, , , vendor] = values;
  if (device?.objectType !== DEVICE_OBJECT || vendor?.number === undefined) return;
  addVendor(sheet, subject, bacnetRegister, vendor.number, confidences.discovery);
  sheet.add(subject, "name", `device ${device.instance}`, confidences.hint);
}

function readProperty(reader: Reader, subject: PlantSubject, sheet: FactSheet): void {
  const object = contentOf(readTag(reader));
  const property = contentOf(readTag(reader)).number;
  if (object.objectType !== DEVICE_OBJECT || property === undefined) return;
  let tag = readTag(reader);
  // An array index stands before the opening tag of the value.
  if (tag.kind === "context") tag = readTag(reader);
  if (tag.kind === "open") addProperty(property, readTag(reader), subject, sheet);
}

/** { object [0], [1] { property [2], index [3]?, value [4] or error [5] }… }… */
function readPropertyMultiple(reader: Reader, subject: PlantSubject, sheet: FactSheet): void {
  let isDevice = false;
  let property: number | undefined;
  let depth = 0;
  for (let i = 0; i < TAGS_MAX && reader.left > 0; i++) {
    const tag = readTag(reader);
    if (tag.kind === "open") depth++;
    if (tag.kind === "close") depth--;
    if (tag.kind === "context" && depth === 0) {
      isDevice = contentOf(tag).objectType === DEVICE_OBJECT;
    }
    if (tag.kind === "context" && depth === 1 && tag.number === 2) property = contentOf(tag).number;
    if (tag.kind === "application" && depth === 2 && isDevice && property !== undefined) {
      addProperty(property, tag, subject, sheet);
      property = undefined;
    }
  }
}

function addProperty(property: number, tag: Tag, subject: PlantSubject, sheet: FactSheet): void {
  const { text, number } = contentOf(tag);
  const name = properties[property];
  if (property === VENDOR_ID && number !== undefined) {
    addVendor(sheet, subject, bacnetRegister, number, confidences.discovery);
  }
  const confidence =
    property === APPLICATION_VERSION ? confidences.discovery : confidences.identity;
  if (name && text !== undefined) sheet.add(subject, name, text, confidence);
}
