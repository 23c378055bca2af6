/** Names by DNS (RFC 1035), mDNS (RFC 6762), LLMNR (RFC 4795) and NetBIOS (RFC 1002, section 4.2). */
import { dnsMessageOf, TYPE_A, TYPE_TXT } from "./dns-message.ts";
import {
  confidences,
  createFactSheet,
  type FactContext,
  type FactSource,
  subjectOf,
} from "./fact-source.ts";
import { createReader } from "./reader.ts";
import { cleanText, textOf } from "./text.ts";

/** Only who answers is learnt: what the answers say of others may be anywhere in the world. */
export const dns: FactSource = {
  name: "dns",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(dns.name, atMs);
    const { isAnswer, records } = dnsMessageOf(bytes);
    if (isAnswer && records.length > 0) {
      sheet.add(subjectOf(source), "role", "DNS server", confidences.hint);
    }
    return sheet.facts;
  },
};

export const mdns: FactSource = {
  name: "mdns",
  parse: (bytes, context) => ownNameOf(mdns.name, bytes, context),
};

export const llmnr: FactSource = {
  name: "llmnr",
  parse: (bytes, context) => ownNameOf(llmnr.name, bytes, context),
};

/** An address record that says the speaker's own address has a name, and Apple's device model. */
function ownNameOf(name: string, bytes: Uint8Array, { source, atMs }: FactContext) {
  const sheet = createFactSheet(name, atMs);
  const { isAnswer, records } = dnsMessageOf(bytes);
  for (const record of isAnswer ? records : []) {
    if (record.type === TYPE_A && record.data.join(".") === source.address) {
      sheet.add(subjectOf(source), "name", record.name, confidences.banner);
    }
    if (record.type === TYPE_TXT && record.name.includes("_device-info.")) {
      const model = /model=([\w., -]+)/.exec(textOf(record.data))?.[1];
      sheet.add(subjectOf(source), "model", model ?? "", confidences.banner);
    }
  }
  return sheet.facts;
}

const REGISTRATION = 5;
const NETBIOS_NAME_BYTES = 34;
const SUFFIX_WORKSTATION = 0x00;
const SUFFIX_SERVER = 0x20;

export const nbns: FactSource = {
  name: "netbios name service",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(nbns.name, atMs);
    const reader = createReader(bytes, 2);
    const flags = reader.u16();
    reader.skip(8);
    const label = reader.take(NETBIOS_NAME_BYTES);
    const isAnswer = flags >= 0x8000;
    // Who registers a name, or answers for it, has it; who asks for one does not.
    if (!isAnswer && ((flags >> 11) & 0x0f) !== REGISTRATION) return sheet.facts;
    // Question: type, class; resource: pointer, type, class, time to live, length. An answer has no question.
    reader.skip(isAnswer ? 10 : 16);
    const isGroup = (reader.u16() & 0x8000) !== 0;
    const address = reader.take(4).join(".");
    const { name, suffix } = netbiosNameOf(label);
    const isHost = suffix === SUFFIX_WORKSTATION || suffix === SUFFIX_SERVER;
    if (reader.ok && isHost && !isGroup && address === source.address) {
      sheet.add(subjectOf(source), "name", name, confidences.banner);
    }
    return sheet.facts;
  },
};

/** First-level encoding: a letter from A on for each half of a byte; the last byte is the suffix. */
function netbiosNameOf(label: Uint8Array): { name: string; suffix: number } {
  const bytes: number[] = [];
  for (let at = 1; at + 1 < label.length - 1; at += 2) {
    bytes.push(((label[at]! - 0x41) << 4) | ((label[at + 1]! - 0x41) & 0x0f));
  }
  const name = cleanText(textOf(Uint8Array.from(bytes.slice(0, 15), (byte) => byte & 0xff)));
  return { name, suffix: bytes[15] ?? -1 };
}
