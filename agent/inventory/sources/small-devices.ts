/** Sensors, TPM, clocks that run without power, watchdogs and serial ports, from sys/class. */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Hardware, type HardwareKind } from "../../core/inventory.ts";
import { driverOf, namesIn, orNull, present, valueAt } from "../parse/read.ts";

const DEVICES_MAX = 256;

/** Files of a class that say something, by the name that the inventory gives them. */
const classes: readonly {
  folder: string;
  kind: HardwareKind;
  model: string;
  files: Readonly<Record<string, string>>;
}[] = [
  { folder: "hwmon", kind: "sensor", model: "name", files: {} },
  { folder: "thermal", kind: "sensor", model: "type", files: {} },
  {
    folder: "tpm",
    kind: "tpm",
    model: "device/description",
    files: { tpmVersion: "tpm_version_major" },
  },
  { folder: "rtc", kind: "rtc", model: "name", files: { setsSystemClock: "hctosys" } },
  {
    folder: "watchdog",
    kind: "watchdog",
    model: "identity",
    files: { state: "state", timeoutS: "timeout", noWayOut: "nowayout", bootStatus: "bootstatus" },
  },
];

export const smallDevices = defineInventorySource({
  name: "small-devices",
  help: "Sensors, TPM, real-time clocks, watchdogs and serial ports, from sys/class.",
  async find({ host }) {
    const hardware: Hardware[] = [];
    for (const { folder, kind, model, files } of classes) {
      for (const name of (await namesIn(host, `sys/class/${folder}`)).slice(0, DEVICES_MAX)) {
        if (folder === "thermal" && !name.startsWith("thermal_zone")) continue;
        const at = (file: string) => valueAt(host, `sys/class/${folder}/${name}/${file}`);
        const values: Record<string, string | undefined> = {};
        for (const [property, file] of Object.entries(files)) values[property] = await at(file);
        const driver = await driverOf(host, `sys/class/${folder}/${name}/device`);
        hardware.push({
          kind,
          name,
          ...present({ model: await at(model), driver }),
          properties: present(values) as Record<string, string>,
        });
      }
    }
    hardware.push(...(await serialPortsOf(host)));
    if (hardware.length === 0) throw new NoDataError("this device has no /sys/class");
    return { hardware };
  },
});

/** A tty of a device. The kernel makes 4 or 32 ttyS whether a port is behind them or not: type 0. */
async function serialPortsOf(host: Host): Promise<Hardware[]> {
  const found: Hardware[] = [];
  for (const name of await namesIn(host, "sys/class/tty")) {
    if (found.length === DEVICES_MAX || /^tty\d*$|^pt|^console$/.test(name)) continue;
    const folder = `sys/class/tty/${name}`;
    const hasDevice = (await orNull(host.readLink(`${folder}/device`))) !== null;
    if (!hasDevice || (await valueAt(host, `${folder}/type`)) === "0") continue;
    const driver = await driverOf(host, `${folder}/device`);
    found.push({ kind: "serial-port", name, ...present({ driver }), properties: {} });
  }
  return found;
}
