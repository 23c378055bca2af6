/**
 * LLDP: IEEE 802.1AB-2016, clause 8; inventory of LLDP-MED (ANSI/TIA-1057, clause 10.2.6); PROFINET's chassis
 * MAC address (IEC 61158-6-10, LLDP extensions).
 */
import type { PlantFactName } from "../../core/plant.ts";
import { describedBy } from "./description.ts";
import { confidences, createFactSheet, type FactSource } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexOf, textOf } from "./text.ts";

const TLVS_MAX = 64;
const END = 0;
const CHASSIS_ID = 1;
const SYSTEM_NAME = 5;
const SYSTEM_DESCRIPTION = 6;
const CAPABILITIES = 7;
const MANAGEMENT_ADDRESS = 8;
const ORGANIZATION = 127;
const MED = 0x0012bb;
const PROFIBUS = 0x000ecf;
/** Of PROFIBUS's own: the MAC address of the device that the port belongs to. */
const PROFINET_CHASSIS_MAC = 5;
const IPV4 = 1;
const CHASSIS_MAC = 4;
const LOCALLY_ASSIGNED = 7;

/** Subtypes of LLDP-MED. */
const inventory: Readonly<Record<number, PlantFactName>> = {
  5: "hardware",
  6: "firmware",
  7: "firmware",
  8: "serial",
  9: "vendor",
  10: "model",
};

export const lldp: FactSource = {
  name: "lldp",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(lldp.name, atMs);
    const subject = { mac: source.mac ?? source.address };
    const add = (name: PlantFactName, value: string, confidence: number) =>
      sheet.add(subject, name, value, confidence);
    const reader = createReader(bytes);
    for (let i = 0; i < TLVS_MAX && reader.left >= 2; i++) {
      const head = reader.u16();
      const type = head >> 9;
      if (type === END) break;
      const value = createReader(reader.takeUpTo(head & 0x1ff));
      if (type === SYSTEM_NAME) add("name", value.text(value.left), confidences.discovery);
      if (type === SYSTEM_DESCRIPTION) {
        for (const fact of describedBy(value.text(value.left))) add(...fact);
      }
      if (type === CAPABILITIES) {
        value.skip(2);
        add("role", roleOf(value.u16()), confidences.banner);
      }
      if (type === CHASSIS_ID) chassisOf(value, subject.mac, add);
      if (type === MANAGEMENT_ADDRESS) {
        const length = value.u8();
        if (value.u8() === IPV4 && length === 5) {
          const address = value.take(4).join(".");
          if (address !== "0.0.0.0") add("address", address, confidences.discovery);
        }
      }
      if (type === ORGANIZATION) organizationOf(value, subject.mac, add);
    }
    return sheet.facts;
  },
};

type Add = (name: PlantFactName, value: string, confidence: number) => void;

/** PROFINET devices put their station name here, others a MAC address. */
function chassisOf(value: Reader, portMac: string, add: Add): void {
  const kind = value.u8();
  const id = value.take(value.left);
  if (kind === CHASSIS_MAC) addChassisMac(id, portMac, add);
  if (kind === LOCALLY_ASSIGNED) add("name", textOf(id), confidences.banner);
}

function addChassisMac(mac: Uint8Array, portMac: string, add: Add): void {
  const text = hexOf(mac, ":");
  if (mac.length === 6 && text !== portMac) add("mac", text, confidences.discovery);
}

function organizationOf(value: Reader, portMac: string, add: Add): void {
  const organization = value.u8() * 0x10000 + value.u16();
  const subtype = value.u8();
  if (organization === PROFIBUS && subtype === PROFINET_CHASSIS_MAC) {
    addChassisMac(value.take(6), portMac, add);
  }
  const name = organization === MED ? inventory[subtype] : undefined;
  if (name) add(name, value.text(value.left), confidences.identity);
}

/** Capability bits that are enabled (clause 8.5.8.1). */
function roleOf(bits: number): string {
  if (bits & 0x0010) return "router";
  if (bits & 0x0008) return "access point";
  return bits & 0x0004 ? "switch" : "";
}
