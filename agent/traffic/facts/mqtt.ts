/** CONNECT: MQTT 3.1.1, section 3.1; MQTT 5.0, section 3.1. Older clients say "MQIsdp". */
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";

const CONNECT = 1;
const USER_FLAG = 0x80;
const PASSWORD_FLAG = 0x40;
const WILL_FLAG = 0x04;
const VERSION_5 = 5;

export const mqtt: FactSource = {
  name: "mqtt connect",
  parse(bytes, { source, destination, atMs }) {
    const sheet = createFactSheet(mqtt.name, atMs);
    const reader = createReader(bytes);
    if (reader.u8() >> 4 !== CONNECT) return sheet.facts;
    variableInteger(reader);
    if (!["MQTT", "MQIsdp"].includes(field(reader))) return sheet.facts;
    const version = reader.u8();
    const flags = reader.u8();
    reader.skip(2);
    if (version >= VERSION_5) reader.skip(variableInteger(reader));
    const clientId = field(reader);
    if (!reader.ok) return sheet.facts;
    sheet.add(subjectOf(source), "name", clientId, confidences.banner);
    sheet.add(subjectOf(destination), "role", "MQTT broker", confidences.discovery);
    if (flags & WILL_FLAG) {
      if (version >= VERSION_5) reader.skip(variableInteger(reader));
      reader.skip(reader.u16());
      reader.skip(reader.u16());
    }
    if (flags & USER_FLAG) field(reader);
    // The password itself is nobody's business here.
    if (flags & PASSWORD_FLAG) sheet.weakness(destination, "clear_text_password", source);
    else if (!(flags & USER_FLAG)) sheet.weakness(destination, "anonymous_session", source);
    return sheet.facts;
  },
};

function field(reader: Reader): string {
  return reader.text(reader.u16());
}

/** Section 1.5.5: at most four bytes of seven bits, the low ones first. */
function variableInteger(reader: Reader): number {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) break;
  }
  return value;
}
