/**
 * Read Device Identification (function 43/14) and Report Server ID (17): MODBUS Application Protocol
 * Specification V1.1b3, sections 6.21 and 6.13. A request has no objects and gives nothing.
 */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { printableRunOf } from "./text.ts";

const ENCAPSULATED = 0x2b;
const DEVICE_IDENTIFICATION = 0x0e;
const REPORT_SERVER_ID = 17;
/** Schneider's UMAS, which is not published: as those who took it apart describe its answer to "read id". */
const UMAS = 90;
const UMAS_SUCCESS = 0xfe;
const UMAS_VERSION_AT = 8;
const schneiderPlcs = /^(140|170|171|BM[EXP]|TM|TSX)[ 0-9A-Z]/;
const MBAP_BYTES = 7;

/** Objects of 43/14 and how well they say it. Without ProductName, ProductCode is the product. */
const objects: Record<number, readonly [PlantFactName, number][]> = {
  0: [["vendor", confidences.identity]],
  1: [
    ["order_number", confidences.identity],
    ["product", confidences.discovery],
  ],
  2: [["firmware", confidences.identity]],
  4: [["product", confidences.identity]],
  5: [["model", confidences.identity]],
  6: [["name", confidences.banner]],
};

export const modbus: FactSource = {
  name: "modbus device identification",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(modbus.name, atMs);
    const reader = createReader(bytes, MBAP_BYTES);
    const subject = subjectOf(source, `unit ${bytes[6] ?? 0}`);
    const functionCode = reader.u8();
    if (functionCode === ENCAPSULATED && reader.u8() === DEVICE_IDENTIFICATION) {
      for (const [id, text] of objectsOf(reader)) {
        for (const [name, confidence] of objects[id] ?? []) {
          sheet.add(subject, name, text, confidence);
        }
      }
    }
    if (functionCode === REPORT_SERVER_ID && reader.left > 1) {
      // What it holds is the vendor's own; what can be read in it is told as it stands.
      const text = printableRunOf(reader.takeUpTo(reader.u8()));
      sheet.add(subject, "description", text, confidences.discovery);
    }
    if (functionCode === UMAS && reader.u8() >= 0 && reader.u8() === UMAS_SUCCESS) {
      reader.skip(UMAS_VERSION_AT);
      const minor = reader.u8();
      const version = `${reader.u8()}.${minor.toString(16).padStart(2, "0")}`;
      reader.skip(12);
      const product = reader.text(reader.u8());
      if (!reader.ok || !schneiderPlcs.test(product)) return sheet.facts;
      sheet.add(subject, "vendor", "Schneider Electric", confidences.identity);
      sheet.add(subject, "product", product, confidences.identity);
      sheet.add(subject, "firmware", version, confidences.identity);
    }
    return sheet.facts;
  },
};

function objectsOf(reader: Reader): [number, string][] {
  // ReadDevId code, conformity level, more follows, next object.
  reader.skip(4);
  const count = reader.u8();
  const found: [number, string][] = [];
  for (let i = 0; i < count && reader.left > 1; i++) {
    const id = reader.u8();
    const text = reader.text(reader.u8());
    if (reader.ok) found.push([id, text]);
  }
  return found;
}
