/**
 * Answers to "read SZL" (userdata group 4, subfunction 1): System Software for S7-300/400, System and
 * Standard Functions, chapter "System Status Lists (SSL)".
 */
import type { PlantFactName, PlantSubject } from "../../core/plant.ts";
import {
  confidences,
  createFactSheet,
  type FactSheet,
  type FactSource,
  subjectOf,
} from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";

const TPKT_COTP_BYTES = 7;
const USERDATA = 7;
const CPU_RESPONSE = 0x84;
const READ_SZL = 1;
const SUCCESS = 0xff;
/** More records than any list has in one answer. */
const RECORDS_MAX = 32;

/** SZL 0x001C, component identification, by index. */
const components: Record<number, PlantFactName> = {
  1: "name",
  3: "location",
  5: "serial",
  7: "product",
  11: "location",
};

/** SZL 0x0424, mode after the last transition. */
const modes: Record<number, string> = {
  1: "STOP",
  2: "STOP",
  3: "STOP",
  4: "STOP",
  5: "STARTUP",
  6: "STARTUP",
  7: "STARTUP",
  8: "RUN",
  9: "RUN",
  10: "HOLD",
  13: "DEFECT",
};

type RecordParser = (
  record: Uint8Array,
  subject: PlantSubject,
  sheet: FactSheet,
  say: (value: "no_write_protection") => void,
) => void;

/** By the SZL's number; the high byte of its id says only which part of the list it is. */
const lists: Record<number, RecordParser> = {
  17: moduleIdentification,
  28: componentIdentification,
  36: (record, subject, sheet) => {
    const mode = modes[(record[3] ?? 0) & 0x0f];
    sheet.add(subject, "operating_mode", mode ?? "", confidences.identity);
  },
  50: (record, _subject, _sheet, say) => {
    const reader = createReader(record);
    // Index 4: set by the switch, by the program, in force.
    if (reader.u16() !== 4) return;
    reader.skip(4);
    if (reader.u16() === 1) say("no_write_protection");
  },
};

export const s7comm: FactSource = {
  name: "s7comm system status list",
  parse(bytes, { source, destination, atMs }) {
    const sheet = createFactSheet(s7comm.name, atMs);
    const reader = createReader(bytes, TPKT_COTP_BYTES);
    const list = listOf(reader);
    const parseRecord = list && lists[list.id & 0xff];
    if (!list || !parseRecord) return sheet.facts;
    const subject = subjectOf(source);
    for (let i = 0; i < Math.min(list.count, RECORDS_MAX) && reader.left > 0; i++) {
      const record = reader.take(list.recordBytes);
      // Half a record holds half a name.
      if (!reader.ok) break;
      parseRecord(record, subject, sheet, (weakness) =>
        sheet.weakness(source, weakness, destination),
      );
    }
    return sheet.facts;
  },
};

function listOf(reader: Reader): { id: number; recordBytes: number; count: number } | undefined {
  if (reader.u8() !== 0x32 || reader.u8() !== USERDATA) return undefined;
  reader.skip(4);
  const parameterBytes = reader.u16();
  reader.skip(2);
  const parameters = createReader(reader.take(parameterBytes), 5);
  if (parameters.u8() !== CPU_RESPONSE || parameters.u8() !== READ_SZL) return undefined;
  if (reader.u8() !== SUCCESS) return undefined;
  reader.skip(3);
  const id = reader.u16();
  reader.skip(2);
  const list = { id, recordBytes: reader.u16(), count: reader.u16() };
  return reader.ok && list.recordBytes > 0 ? list : undefined;
}

function moduleIdentification(record: Uint8Array, subject: PlantSubject, sheet: FactSheet): void {
  const reader = createReader(record);
  const index = reader.u16();
  const order = reader.text(20).trim();
  reader.skip(2);
  const version = reader.take(4);
  if (!reader.ok) return;
  // 1: the module; 6: its hardware; 7: its firmware, "V" and three numbers.
  if (index === 1) {
    sheet.add(subject, "order_number", order, confidences.identity);
    // Siemens' order numbers (MLFB) begin so: no other maker's do.
    if (/^6(ES|GK|AV|AG|FC|DL)\d/.test(order)) {
      sheet.add(subject, "vendor", "Siemens", confidences.identity);
      sheet.add(subject, "product", order, confidences.hint);
    }
  }
  if (index === 6 || index === 1) {
    const hardware = (version[0]! << 8) | version[1]!;
    if (hardware > 0 && version[0] !== 0x56) {
      sheet.add(subject, "hardware", String(hardware), confidences.identity);
    }
  }
  if (index === 7 && version[0] === 0x56) {
    const firmware = `V${version[1]}.${version[2]}.${version[3]}`;
    sheet.add(subject, "firmware", firmware, confidences.identity);
  }
}

function componentIdentification(
  record: Uint8Array,
  subject: PlantSubject,
  sheet: FactSheet,
): void {
  const reader = createReader(record);
  const name = components[reader.u16() & 0xff];
  if (name) sheet.add(subject, name, reader.text(reader.left), confidences.identity);
}
