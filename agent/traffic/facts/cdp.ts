/** Cisco Discovery Protocol, versions 1 and 2: what follows the SNAP header 00000C/2000. */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences, createFactSheet, type FactSource } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";

/** Version, time to live, checksum. */
const HEADER_BYTES = 4;
const TLVS_MAX = 64;
const ADDRESSES_MAX = 8;

const DEVICE_ID = 1;
const ADDRESSES = 2;
const CAPABILITIES = 4;
const SOFTWARE = 5;
const PLATFORM = 6;
const MANAGEMENT_ADDRESSES = 22;
/** NLPID, one byte: 0xCC is IP. */
const IP_PROTOCOL = 0xcc;

export const cdp: FactSource = {
  name: "cdp",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(cdp.name, atMs);
    const subject = { mac: source.mac ?? source.address };
    const add = (name: PlantFactName, value: string, confidence: number) =>
      sheet.add(subject, name, value, confidence);
    const reader = createReader(bytes, HEADER_BYTES);
    for (let i = 0; i < TLVS_MAX && reader.left >= 4; i++) {
      const type = reader.u16();
      const value = createReader(reader.takeUpTo(reader.u16() - 4));
      if (type === DEVICE_ID) add("name", value.text(value.left), confidences.discovery);
      if (type === ADDRESSES || type === MANAGEMENT_ADDRESSES) {
        for (const address of addressesOf(value)) add("address", address, confidences.discovery);
      }
      if (type === CAPABILITIES) add("role", roleOf(value.u32()), confidences.banner);
      if (type === SOFTWARE) softwareOf(value.text(value.left), add);
      if (type === PLATFORM) platformOf(value.text(value.left), add);
    }
    return sheet.facts;
  },
};

type Add = (name: PlantFactName, value: string, confidence: number) => void;

function softwareOf(text: string, add: Add): void {
  add("description", text, confidences.discovery);
  // "… Software (C2900-I-M), Version 15.0(2)SE, RELEASE …"
  const version = /\bVersion:?\s+([^\s,]+)/i.exec(text)?.[1];
  if (version !== undefined) add("firmware", version, confidences.discovery);
}

function platformOf(text: string, add: Add): void {
  add("product", text, confidences.discovery);
  if (/cisco/i.test(text)) add("vendor", "Cisco", confidences.discovery);
}

function addressesOf(value: Reader): string[] {
  const count = Math.min(value.u32(), ADDRESSES_MAX);
  const addresses: string[] = [];
  for (let i = 0; i < count && value.left > 0; i++) {
    value.skip(1);
    const protocol = value.take(value.u8());
    const address = value.take(value.u16());
    if (protocol[0] === IP_PROTOCOL && address.length === 4) addresses.push(address.join("."));
  }
  return addresses;
}

function roleOf(bits: number): string {
  if (bits & 0x01) return "router";
  return bits & 0x08 ? "switch" : "";
}
