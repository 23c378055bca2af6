/**
 * PROFINET DCP identify responses, hellos, and answers to "get": IEC 61158-6-10, clause 4.3 (blocks of
 * option, suboption, length, and of a response two bytes of block info before the value).
 */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences, createFactSheet, type FactSource } from "./fact-source.ts";
import { createReader } from "./reader.ts";
import { textOf } from "./text.ts";
import { addVendor, profinet } from "./vendors.ts";

const GET = 3;
const IDENTIFY = 5;
const HELLO = 6;
const RESPONSE = 1;
const FRAME_ID_BYTES = 2;
const BLOCKS_MAX = 32;

/** Options 2/1, 2/2, 2/8 (OEM ids are left out): texts. */
const texts: Readonly<Record<number, PlantFactName>> = { 1: "product", 2: "name" };

export const dcp: FactSource = {
  name: "profinet dcp",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(dcp.name, atMs);
    const reader = createReader(bytes, FRAME_ID_BYTES);
    const service = reader.u8();
    const isResponse = reader.u8() === RESPONSE;
    const speaks = isResponse ? service === GET || service === IDENTIFY : service === HELLO;
    reader.skip(6);
    const blocks = createReader(reader.takeUpTo(reader.u16()));
    const subject = { mac: source.mac ?? source.address };
    for (let i = 0; speaks && i < BLOCKS_MAX && blocks.left >= 4; i++) {
      const option = blocks.u8();
      const suboption = blocks.u8();
      const length = blocks.u16();
      // IEC 61158-6-10: the info is there in responses and hellos, and counts as part of the block.
      const value = createReader(blocks.takeUpTo(length), 2);
      if (length % 2 === 1) blocks.takeUpTo(1);
      if (option === 1 && suboption === 2) {
        const address = value.take(4).join(".");
        if (value.ok && address !== "0.0.0.0") {
          sheet.add(subject, "address", address, confidences.discovery);
        }
      }
      if (option !== 2) continue;
      const name = texts[suboption];
      if (name) sheet.add(subject, name, textOf(value.take(value.left)), confidences.identity);
      if (suboption === 3) {
        const vendor = value.u16();
        const device = value.u16();
        if (!value.ok) continue;
        addVendor(sheet, subject, profinet, vendor, confidences.identity);
        const id = `device id 0x${device.toString(16).padStart(4, "0")}`;
        sheet.add(subject, "model", id, confidences.hint);
      }
      // A switch, too, says of itself that it is an IO device.
      if (suboption === 4) sheet.add(subject, "role", roleOf(value.u8()), confidences.banner);
    }
    return sheet.facts;
  },
};

/** Bits of 2/4: device, controller, multidevice, supervisor. */
function roleOf(bits: number): string {
  if (bits & 0x02) return "PLC";
  if (bits & 0x08) return "engineering station";
  return bits & 0x05 ? "remote I/O" : "";
}
