/** DHCP: RFC 2131 (header), RFC 2132 (options), RFC 4702 (81). The client's hardware address is its own. */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences, createFactSheet, type FactSource } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexOf, textOf } from "./text.ts";

const BOOT_REQUEST = 1;
const BOOT_REPLY = 2;
const ETHERNET = 1;
const MAGIC = 0x63825363;
const OPTIONS_MAX = 64;

const PAD = 0;
const HOST_NAME = 12;
const MESSAGE_TYPE = 53;
const PARAMETER_LIST = 55;
const VENDOR_CLASS = 60;
const CLIENT_FQDN = 81;
const END = 255;
const ACK = 5;

/**
 * Beginnings of the parameter request list (option 55), which every client asks in an order of its own:
 * the common ones, as published by those who collect them.
 */
const fingerprints: readonly [string, string][] = [
  ["1,3,6,15,31,33,43,44,46,47", "Windows"],
  ["1,15,3,6,44,46,47,31,33", "Windows"],
  ["1,28,2,3,15,6,119,12,44,47,26,121,42", "Linux (dhclient)"],
  ["1,28,2,3,15,6,12", "Linux (dhclient)"],
  ["1,3,6,12,15,28,42", "Linux (udhcpc)"],
  ["1,121,3,6,15", "macOS"],
];

export const dhcp: FactSource = {
  name: "dhcp",
  parse(bytes, { source, atMs }) {
    const sheet = createFactSheet(dhcp.name, atMs);
    const reader = createReader(bytes);
    const operation = reader.u8();
    const isEthernet = reader.u8() === ETHERNET && reader.u8() === 6;
    reader.skip(9);
    const clientAddress = addressOf(reader);
    const yourAddress = addressOf(reader);
    reader.skip(8);
    const mac = hexOf(reader.take(6), ":");
    reader.skip(10 + 64 + 128);
    if (reader.u32() !== MAGIC || !isEthernet || !reader.ok) return sheet.facts;
    const options = optionsOf(reader);
    const isAck = options.get(MESSAGE_TYPE)?.[0] === ACK;
    if (operation === BOOT_REPLY && isAck) {
      const address = yourAddress ?? clientAddress;
      if (address) sheet.add({ address }, "mac", mac, confidences.identity);
      sheet.add({ address: source.address }, "role", "DHCP server", confidences.discovery);
    }
    if (operation !== BOOT_REQUEST) return sheet.facts;
    const say = (name: PlantFactName, value: string) =>
      sheet.add({ mac }, name, value, confidences.banner);
    say("name", nameOf(options));
    const vendorClass = textOf(options.get(VENDOR_CLASS) ?? new Uint8Array(0));
    if (vendorClass !== "") say("description", `DHCP vendor class ${vendorClass}`);
    say("os", osOf(vendorClass, (options.get(PARAMETER_LIST) ?? []).join(",")));
    return sheet.facts;
  },
};

function addressOf(reader: Reader): string | undefined {
  const address = reader.take(4).join(".");
  return address === "0.0.0.0" || address === "" ? undefined : address;
}

function optionsOf(reader: Reader): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  while (reader.left > 0 && options.size < OPTIONS_MAX) {
    const code = reader.u8();
    if (code === END) break;
    if (code !== PAD) options.set(code, reader.takeUpTo(reader.u8()));
  }
  return options;
}

function nameOf(options: ReadonlyMap<number, Uint8Array>): string {
  const host = options.get(HOST_NAME);
  if (host) return textOf(host);
  // Flags and two result codes stand before the name; with flag E it is in DNS labels, rarely seen.
  const fqdn = options.get(CLIENT_FQDN);
  return fqdn && ((fqdn[0] ?? 0) & 0x04) === 0 ? textOf(fqdn.subarray(3)) : "";
}

function osOf(vendorClass: string, list: string): string {
  if (/^MSFT 5/.test(vendorClass)) return "Windows";
  if (/^android-dhcp/.test(vendorClass)) return "Android";
  const udhcp = /^udhcp|busybox/i.test(vendorClass);
  if (udhcp) return "Linux (udhcpc)";
  const known = fingerprints.find(([prefix]) => list === prefix || list.startsWith(`${prefix},`));
  return known?.[1] ?? "";
}
