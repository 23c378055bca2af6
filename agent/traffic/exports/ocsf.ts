/** OCSF 1.7.0, class 5001 Device Inventory Info: an event for each asset, a line for each event. */
import type { Asset } from "../asset-view.ts";
import { type AssetExport, type ExportContext, sureMacsOf } from "./asset-export.ts";

const OCSF_VERSION = "1.7.0";
const CLASS_UID = 5001;
const CATEGORY_UID = 5;
const COLLECT = 2;
const INFORMATIONAL = 1;
const WIRED = 1;
const OTHER = 99;

/** Of the device object's types: what is no PLC or the like has a type of its own. */
const deviceTypes: Readonly<Record<string, number>> = {
  switch: 10,
  router: 12,
  "DHCP server": 1,
  "DNS server": 1,
  "MQTT broker": 1,
};
const IOT = 7;

const osTypes: readonly (readonly [RegExp, number])[] = [
  [/windows ce|wince/i, 101],
  [/windows/i, 100],
  [/android/i, 201],
  [/linux|ubuntu|debian|raspbian/i, 200],
  [/macos/i, 300],
];

export const ocsf: AssetExport = {
  contentType: "application/x-ndjson",
  encode: (assets, context) =>
    assets.map((asset) => `${JSON.stringify(inventoryInfoOf(asset, context))}\n`).join(""),
};

function inventoryInfoOf(asset: Asset, { version, atMs }: ExportContext) {
  return {
    activity_id: COLLECT,
    category_uid: CATEGORY_UID,
    class_uid: CLASS_UID,
    type_uid: CLASS_UID * 100 + COLLECT,
    severity_id: INFORMATIONAL,
    time: Math.round(atMs),
    metadata: {
      version: OCSF_VERSION,
      product: { name: "Fieldwarden", vendor_name: "Fieldwarden", version },
    },
    device: deviceOf(asset),
    unmapped: unmappedOf(asset),
  };
}

function deviceOf(asset: Asset) {
  const macs = sureMacsOf(asset);
  const { id, name, role, addresses, vendor, product, model, serial, os, location } = asset;
  return {
    uid: id,
    name: name || id,
    type_id: deviceTypes[role] ?? IOT,
    ...(role !== "" && { type: role }),
    ...(addresses[0] !== undefined && { ip: addresses[0] }),
    ...(macs[0] !== undefined && { mac: macs[0] }),
    ...(vendor !== "" && { vendor_name: vendor }),
    ...((product || model) !== "" && { model: product || model }),
    ...(location !== "" && { zone: location }),
    ...(serial !== "" && { hw_info: { serial_number: serial } }),
    ...(os !== "" && { os: { name: os, type_id: osTypeOf(os) } }),
    ...(addresses.length + macs.length > 0 && {
      network_interfaces: interfacesOf(addresses, macs),
    }),
    first_seen_time: Math.round(asset.firstMs),
    last_seen_time: Math.round(asset.lastMs),
  };
}

function osTypeOf(os: string): number {
  return osTypes.find(([pattern]) => pattern.test(os))?.[1] ?? OTHER;
}

/** Which address is on which interface is not known: only of a single MAC address all are. */
function interfacesOf(addresses: readonly string[], macs: readonly string[]) {
  if (macs.length === 1 && addresses.length > 0) {
    return addresses.map((ip) => ({ ip, mac: macs[0], type_id: WIRED }));
  }
  return [
    ...addresses.map((ip) => ({ ip, type_id: WIRED })),
    ...macs.map((mac) => ({ mac, type_id: WIRED })),
  ];
}

/** The class has no place for firmware that is not an operating system's, nor for where facts are from. */
function unmappedOf(asset: Asset) {
  const { firmware, hardware, orderNumber, operatingMode, behind } = asset;
  const texts = {
    firmware,
    hardware,
    order_number: orderNumber,
    operating_mode: operatingMode,
    behind,
  };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== "")),
    objects: asset.objects,
    protocols: asset.protocols,
    weaknesses: asset.weaknesses,
    facts: asset.facts.map(({ name, value, source, confidence }) => ({
      name,
      value,
      source,
      confidence,
    })),
  };
}
