/**
 * Device attributes (group 0) and internal indications of a DNP3 outstation: IEEE 1815-2012, clauses 9
 * (link frame), 8.2 (transport), 4.2 (fragment, IIN) and annex A.1 (group 0).
 */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { textOf } from "./text.ts";

const LINK_HEADER_BYTES = 10;
const BLOCK_BYTES = 16;
const FRAMES_MAX = 4;
const RESPONSE = 0x81;
const UNSOLICITED = 0x82;
const VISIBLE_STRING = 1;
const OBJECTS_MAX = 32;

/** Variations of group 0. */
const attributes: Readonly<Record<number, PlantFactName>> = {
  242: "firmware",
  243: "hardware",
  245: "location",
  247: "name",
  248: "serial",
  250: "product",
  252: "vendor",
};

export const dnp3: FactSource = {
  name: "dnp3 device attributes",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(dnp3.name, atMs);
    const { address, fragment } = fragmentOf(bytes);
    const reader = createReader(fragment, 1);
    const functionCode = reader.u8();
    if (functionCode !== RESPONSE && functionCode !== UNSOLICITED) return sheet.facts;
    const subject = subjectOf(source, `address ${address}`);
    const indications = reader.u16();
    if (!reader.ok) return sheet.facts;
    sheet.add(subject, "operating_mode", modeOf(indications), confidences.identity);
    for (const [variation, text] of attributesOf(reader)) {
      const name = attributes[variation];
      if (name) sheet.add(subject, name, text, confidences.identity);
    }
    return sheet.facts;
  },
};

/** The user data of the link frames without their CRCs and transport bytes, and who sent them. */
function fragmentOf(bytes: Uint8Array): { address: number; fragment: Uint8Array } {
  const data: number[] = [];
  let address = 0;
  let at = 0;
  for (let frame = 0; frame < FRAMES_MAX && at + LINK_HEADER_BYTES <= bytes.length; frame++) {
    if (bytes[at] !== 0x05 || bytes[at + 1] !== 0x64) break;
    address = bytes[at + 6]! | (bytes[at + 7]! << 8);
    let left = bytes[at + 2]! - 5;
    at += LINK_HEADER_BYTES;
    const frameData: number[] = [];
    while (left > 0 && at < bytes.length) {
      const block = Math.min(left, BLOCK_BYTES);
      frameData.push(...bytes.subarray(at, at + block));
      at += block + 2;
      left -= block;
    }
    data.push(...frameData.slice(1));
  }
  return { address, fragment: Uint8Array.from(data) };
}

/** Objects of group 0 with the qualifiers that they are read by: start and stop (00, 01), all (06), count (07). */
function attributesOf(reader: Reader): [number, string][] {
  const found: [number, string][] = [];
  for (let i = 0; i < OBJECTS_MAX && reader.left >= 3; i++) {
    if (reader.u8() !== 0) break;
    const variation = reader.u8();
    const qualifier = reader.u8();
    if (qualifier === 0x00) reader.skip(2);
    else if (qualifier === 0x01) reader.skip(4);
    else if (qualifier === 0x07) reader.skip(1);
    else if (qualifier === 0x17) reader.skip(2);
    else break;
    const kind = reader.u8();
    const value = reader.take(reader.u8());
    if (reader.ok && kind === VISIBLE_STRING) found.push([variation, textOf(value)]);
  }
  return found;
}

/** Indications that say how the device is, first byte high: IIN1.5 local, 1.6 trouble, 1.7 restart, 2.5 corrupt. */
function modeOf(indications: number): string {
  const words: readonly [number, string][] = [
    [0x2000, "some points in local control"],
    [0x4000, "device trouble"],
    [0x8000, "restarted"],
    [0x0020, "configuration corrupt"],
  ];
  return words
    .filter(([bit]) => indications & bit)
    .map(([, word]) => word)
    .join(", ");
}
