/** Devices on USB and PCI, with the driver that has each, from sys/bus. Names of ids are not looked up. */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Hardware } from "../../core/inventory.ts";
import { driverOf, namesIn, present, valueAt } from "../parse/read.ts";

const DEVICES_MAX = 1000;

export const buses = defineInventorySource({
  name: "buses",
  help: "USB and PCI devices with their drivers, from sys/bus.",
  async find({ host }) {
    const hardware: Hardware[] = [];
    for (const name of (await namesIn(host, "sys/bus/usb/devices")).slice(0, DEVICES_MAX)) {
      const device = await usbOf(host, name);
      if (device !== null) hardware.push(device);
    }
    for (const name of (await namesIn(host, "sys/bus/pci/devices")).slice(0, DEVICES_MAX)) {
      hardware.push(await pciOf(host, name));
    }
    if (hardware.length === 0) throw new NoDataError("this device has neither USB nor PCI");
    return { hardware };
  },
});

/** Null for an interface, "1-1:1.0": it is a part of a device, and has the driver. */
async function usbOf(host: Host, name: string): Promise<Hardware | null> {
  const folder = `sys/bus/usb/devices/${name}`;
  const at = (file: string) => valueAt(host, `${folder}/${file}`);
  const vendorId = await at("idVendor");
  if (vendorId === undefined || name.includes(":")) return null;
  return {
    kind: "usb",
    name,
    ...present({
      vendor: (await at("manufacturer")) ?? vendorId,
      model: (await at("product")) ?? (await at("idProduct")),
      serial: await at("serial"),
      revision: await at("bcdDevice"),
      driver: await driverOf(host, `sys/bus/usb/devices/${name}:1.0`),
    }),
    properties: present({
      vendorId,
      productId: await at("idProduct"),
      class: await at("bDeviceClass"),
      speedMbps: await at("speed"),
    }) as Record<string, string>,
  };
}

async function pciOf(host: Host, name: string): Promise<Hardware> {
  const folder = `sys/bus/pci/devices/${name}`;
  const at = (file: string) => valueAt(host, `${folder}/${file}`);
  return {
    kind: "pci",
    name,
    ...present({
      vendor: await at("vendor"),
      model: await at("device"),
      revision: await at("revision"),
      driver: await driverOf(host, folder),
    }),
    properties: present({
      class: await at("class"),
      subsystemVendor: await at("subsystem_vendor"),
      subsystemDevice: await at("subsystem_device"),
    }) as Record<string, string>,
  };
}
