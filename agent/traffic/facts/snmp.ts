/**
 * SNMP v1 and v2c (RFC 1157, RFC 3416): what the system group (RFC 3418) and the entity table (RFC 6933)
 * say, and that the community goes in clear text.
 */
import type { PlantFactName } from "../../core/plant.ts";
import { type Element, oidOf, readElement } from "./ber.ts";
import { describedBy } from "./description.ts";
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader } from "./reader.ts";
import { textOf } from "./text.ts";

const SEQUENCE = 0x30;
const OCTETS = 0x04;
const OID = 0x06;
const RESPONSE = 0xa2;
const TRAPS = [0xa4, 0xa6, 0xa7];
const V2C = 1;
const BINDINGS_MAX = 64;

const SYSTEM_DESCRIPTION = "1.3.6.1.2.1.1.1.0";
const SYSTEM_OBJECT_ID = "1.3.6.1.2.1.1.2.0";
const names: Readonly<Record<string, PlantFactName>> = {
  "1.3.6.1.2.1.1.5.0": "name",
  "1.3.6.1.2.1.1.6.0": "location",
};

/** Columns of entPhysicalTable. */
const ENTITY = "1.3.6.1.2.1.47.1.1.1.1.";
const entityColumns: Readonly<Record<string, PlantFactName>> = {
  8: "hardware",
  9: "firmware",
  11: "serial",
  12: "vendor",
  13: "model",
};

/** IANA's private enterprise numbers of makers seen in plants. */
const enterprises: Readonly<Record<string, string>> = {
  9: "Cisco",
  11: "Hewlett-Packard",
  95: "Rockwell Automation/Allen-Bradley",
  248: "Hirschmann",
  311: "Microsoft",
  318: "APC",
  674: "Dell",
  2636: "Juniper",
  3833: "Schneider Electric",
  4196: "Siemens",
  4329: "Siemens",
  4346: "Phoenix Contact",
  8691: "Moxa",
  13576: "WAGO",
};

export const snmp: FactSource = {
  name: "snmp",
  parse(bytes, { source, destination, atMs }) {
    const sheet = createFactSheet(snmp.name, atMs);
    const message = readElement(createReader(bytes));
    const version = message && readElement(message.body);
    const community = message && readElement(message.body);
    const pdu = message && readElement(message.body);
    const isClear = version?.bytes.length === 1 && version.bytes[0]! <= V2C;
    if (message?.tag !== SEQUENCE || !isClear || community?.tag !== OCTETS || !pdu) {
      return sheet.facts;
    }
    if (pdu.tag < 0xa0 || pdu.tag > 0xa7) return sheet.facts;
    const isAnswer = pdu.tag === RESPONSE || TRAPS.includes(pdu.tag);
    const [agent, manager] = isAnswer ? [source, destination] : [destination, source];
    sheet.weakness(agent, "clear_text_community", manager);
    if (/^(public|private)$/i.test(textOf(community.bytes))) {
      sheet.weakness(agent, "default_credentials", manager);
    }
    if (pdu.tag !== RESPONSE) return sheet.facts;
    for (const [oid, value] of bindingsOf(pdu)) {
      const name = names[oid] ?? entityColumns[columnOf(oid)];
      if (oid === SYSTEM_DESCRIPTION && value.tag === OCTETS) {
        for (const fact of describedBy(textOf(value.bytes))) sheet.add(subjectOf(source), ...fact);
      }
      if (name && value.tag === OCTETS) {
        sheet.add(subjectOf(source), name, textOf(value.bytes), confidences.discovery);
      }
      if (oid === SYSTEM_OBJECT_ID && value.tag === OID) {
        const enterprise = /^1\.3\.6\.1\.4\.1\.(\d+)/.exec(oidOf(value.bytes))?.[1] ?? "";
        const vendor = enterprises[enterprise] ?? "";
        sheet.add(subjectOf(source), "vendor", vendor, confidences.discovery);
      }
    }
    return sheet.facts;
  },
};

function columnOf(oid: string): string {
  return oid.startsWith(ENTITY) ? oid.slice(ENTITY.length).split(".")[0]! : "";
}

function bindingsOf(pdu: Element): [string, Element][] {
  // Request id, error status, error index.
  for (let i = 0; i < 3; i++) readElement(pdu.body);
  const list = readElement(pdu.body);
  const found: [string, Element][] = [];
  for (let i = 0; i < BINDINGS_MAX && list && list.body.left > 0; i++) {
    const binding = readElement(list.body);
    const oid = binding && readElement(binding.body);
    const value = binding && readElement(binding.body);
    if (!oid || !value) break;
    found.push([oidOf(oid.bytes), value]);
  }
  return found;
}
