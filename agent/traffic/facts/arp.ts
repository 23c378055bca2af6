/**
 * ARP and gratuitous ARP (RFC 826, RFC 5227): the sender's IPv4 address has the sender's MAC address. Of the
 * target nothing is learnt, and a probe (sender 0.0.0.0) binds nothing.
 */
import { confidences, createFactSheet, type FactSource } from "./fact-source.ts";
import { createReader } from "./reader.ts";
import { hexOf } from "./text.ts";

const ETHERNET = 1;
const IPV4 = 0x0800;

export const arp: FactSource = {
  name: "arp",
  parse(bytes, { atMs }) {
    const sheet = createFactSheet(arp.name, atMs);
    const reader = createReader(bytes);
    const fits = reader.u16() === ETHERNET && reader.u16() === IPV4 && reader.u16() === 0x0604;
    reader.skip(2);
    const mac = reader.take(6);
    const address = reader.take(4);
    const isHost = (mac[0] ?? 1) % 2 === 0 && mac.some((byte) => byte > 0);
    if (!fits || !reader.ok || !isHost || address[0] === 0 || address[0]! >= 224) {
      return sheet.facts;
    }
    sheet.add({ address: address.join(".") }, "mac", hexOf(mac, ":"), confidences.identity);
    return sheet.facts;
  },
};
