/** OCSF 1.7.0: Device Inventory Info (5001) and Software Inventory Info (5020), an event a line. */
import {
  defineInventoryFormat,
  type Hardware,
  type Inventory,
  type InventorySpeaker,
  type Software,
} from "../../core/inventory.ts";
import { purlOf } from "../purl.ts";

/** The same as findings are written in. */
const VERSION = "1.7.0";
const DISCOVERY = 5;
const DEVICE_INVENTORY = 5001;
const SOFTWARE_INVENTORY = 5020;
const COLLECT = 2;
const INFORMATIONAL = 1;
const DEVICE_IOT = 7;
const OS_LINUX = 200;
const PACKAGE_OPERATING_SYSTEM = 2;
const COMPONENT = { code: 2, operatingSystem: 3, other: 99 } as const;
const INTERFACE = { wired: 1, wireless: 2, mobile: 3, other: 99 } as const;
/** Members of the schema that must be there are told so where nothing is known. */
const UNKNOWN = "unknown";

export const ocsf = defineInventoryFormat({
  name: "ocsf",
  contentType: "application/x-ndjson",
  encode(inventory, speaker) {
    const events = [deviceEventOf(inventory, speaker), softwareEventOf(inventory, speaker)];
    return events.map((event) => JSON.stringify(event)).join("\n");
  },
});

function deviceEventOf(inventory: Inventory, speaker: InventorySpeaker) {
  const interfaces = inventory.hardware.filter(({ kind }) => kind === "network");
  const device = {
    ...deviceOf(inventory, speaker),
    hw_info: hardwareInfoOf(inventory),
    ...(interfaces.length > 0 && { network_interfaces: interfaces.map(interfaceOf) }),
  };
  return { ...eventOf(DEVICE_INVENTORY, inventory, speaker), device };
}

function softwareEventOf(inventory: Inventory, speaker: InventorySpeaker) {
  const { software, system, takenWallMs } = inventory;
  return {
    ...eventOf(SOFTWARE_INVENTORY, inventory, speaker),
    device: deviceOf(inventory, speaker),
    sbom: {
      created_time: takenWallMs,
      product: productOf(speaker),
      package: {
        name: system.osId ?? UNKNOWN,
        version: system.osVersion || UNKNOWN,
        type_id: PACKAGE_OPERATING_SYSTEM,
        ...(system.osCpe !== undefined && { cpe_name: system.osCpe }),
      },
      software_components: software.map((one) => componentOf(one, system)),
    },
  };
}

function eventOf(classUid: number, { takenWallMs }: Inventory, speaker: InventorySpeaker) {
  return {
    activity_id: COLLECT,
    category_uid: DISCOVERY,
    class_uid: classUid,
    type_uid: classUid * 100 + COLLECT,
    severity_id: INFORMATIONAL,
    time: takenWallMs,
    metadata: { version: VERSION, product: productOf(speaker) },
  };
}

function productOf({ version }: InventorySpeaker) {
  return { name: "Fieldwarden", vendor_name: "Fieldwarden", version };
}

function deviceOf({ system }: Inventory, { thing }: InventorySpeaker) {
  return {
    uid: thing,
    name: thing,
    type_id: DEVICE_IOT,
    ...(system.hostname !== undefined && { hostname: system.hostname }),
    ...(system.vendor !== undefined && { vendor_name: system.vendor }),
    ...(system.model !== undefined && { model: system.model }),
    os: {
      name: system.osName ?? "Linux",
      type_id: OS_LINUX,
      ...(system.osVersion && { version: system.osVersion }),
      ...(system.osCpe !== undefined && { cpe_name: system.osCpe }),
    },
  };
}

function hardwareInfoOf({ hardware, system }: Inventory) {
  const cpu = hardware.find(({ kind }) => kind === "cpu");
  const memory = hardware.find(({ kind }) => kind === "memory");
  const { sockets, cores, mhz } = cpu?.properties ?? {};
  const bytes = memory?.properties.bytes;
  return {
    ...(cpu?.model !== undefined && { cpu_type: cpu.model }),
    ...(typeof sockets === "number" && { cpu_count: sockets }),
    ...(typeof cores === "number" && { cpu_cores: cores }),
    ...(typeof mhz === "number" && { cpu_speed: mhz }),
    // In megabytes, and its example is 2048.
    ...(typeof bytes === "number" && { ram_size: Math.round(bytes / 2 ** 20) }),
    ...(system.serial !== undefined && { serial_number: system.serial }),
    ...(system.uuid !== undefined && { uuid: system.uuid }),
    ...(system.vendor !== undefined && { vendor_name: system.vendor }),
    ...(system.firmwareVendor !== undefined && { bios_manufacturer: system.firmwareVendor }),
    ...(system.firmwareVersion !== undefined && { bios_ver: system.firmwareVersion }),
    ...(system.firmwareDate !== undefined && { bios_date: system.firmwareDate }),
  };
}

function interfaceOf({ name, properties }: Hardware) {
  const ip = String(properties.ipv4 ?? properties.ipv6 ?? "").split(" ")[0]!;
  return {
    name,
    type_id: interfaceTypeOf(name),
    ...(properties.mac !== undefined && { mac: String(properties.mac) }),
    ...(ip !== "" && { ip }),
  };
}

/** By the kernel's and systemd's names of interfaces. */
function interfaceTypeOf(name: string): number {
  if (/^(eth|en)/.test(name)) return INTERFACE.wired;
  if (/^wl/.test(name)) return INTERFACE.wireless;
  if (/^(ww|ppp|usb)/.test(name)) return INTERFACE.mobile;
  return INTERFACE.other;
}

function componentOf(software: Software, system: Inventory["system"]) {
  const { kind, name, version, license, publisher } = software;
  const purl = purlOf(software, system);
  return {
    name,
    version: version || UNKNOWN,
    ...typeOf(kind),
    ...(purl !== undefined && { purl }),
    ...(license !== undefined && { license }),
    ...(publisher !== undefined && { author: publisher }),
    ...(software.sha256 !== undefined && {
      hash: { algorithm_id: 3, value: software.sha256 },
    }),
  };
}

function typeOf(kind: Software["kind"]) {
  if (kind === "library") return { type_id: COMPONENT.code };
  if (kind === "operating-system" || kind === "kernel") {
    return { type_id: COMPONENT.operatingSystem };
  }
  return { type_id: COMPONENT.other, type: kind };
}
