/**
 * Temperatures, from sys/class/thermal and sys/class/hwmon.
 *
 * Below zero is a reading like any other: gateways stand in unheated cabinets.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { orNull, readTextOrNull } from "./parse/read.ts";

/** Sensors that are read. A server board has some dozens. */
const SENSORS_MAX = 64;

export const temperature = defineCollector({
  name: "temperature",
  help: "Temperatures of all sensors, from sys/class/thermal and sys/class/hwmon.",
  enabledByDefault: true,
  metrics: {
    temperature_celsius: {
      kind: "gauges",
      unit: "celsius",
      help: "What the sensor reads.",
      label: "sensor",
    },
  },
  async collect(host) {
    const sensors = [...(await thermalSensorsOf(host)), ...(await hwmonSensorsOf(host))];
    const celsius = new Map<string, number>();
    for (const { label, path } of sensors.slice(0, SENSORS_MAX)) {
      const value = parseMillidegrees((await readTextOrNull(host, path)) ?? "");
      if (value !== null) celsius.set(label, value);
    }
    if (celsius.size === 0) throw new NoDataError("this device has no temperature sensor");
    return { temperature_celsius: celsius };
  },
});

interface Sensor {
  label: string;
  path: string;
}

/** `thermal_zone0/cpu-thermal`. The zone's number is in the label: boards repeat the type. */
async function thermalSensorsOf(host: Host): Promise<Sensor[]> {
  const sensors: Sensor[] = [];
  for (const zone of await namesOf(host, "sys/class/thermal")) {
    if (!zone.startsWith("thermal_zone")) continue;
    const path = `sys/class/thermal/${zone}`;
    const type = ((await readTextOrNull(host, `${path}/type`)) ?? "").trim();
    sensors.push({ label: type === "" ? zone : `${zone}/${type}`, path: `${path}/temp` });
  }
  return sensors;
}

/** `hwmon1/coretemp/temp2`, Linux Documentation/hwmon/sysfs-interface. */
async function hwmonSensorsOf(host: Host): Promise<Sensor[]> {
  const sensors: Sensor[] = [];
  for (const chip of await namesOf(host, "sys/class/hwmon")) {
    const path = `sys/class/hwmon/${chip}`;
    const name = ((await readTextOrNull(host, `${path}/name`)) ?? "").trim();
    for (const file of await namesOf(host, path)) {
      const sensor = /^(temp\d+)_input$/.exec(file)?.[1];
      if (sensor === undefined) continue;
      const label = [chip, name, sensor].filter((part) => part !== "").join("/");
      sensors.push({ label, path: `${path}/${file}` });
    }
  }
  return sensors;
}

async function namesOf(host: Host, folder: string): Promise<string[]> {
  return (await orNull(host.list(folder))) ?? [];
}

/** Colder or hotter than any electronics: a sensor that is not connected. */
const CELSIUS_MIN = -100;
const CELSIUS_MAX = 300;

/** `48312` is 48.312 degrees Celsius. */
export function parseMillidegrees(text: string): number | null {
  if (!/^-?\d{1,9}\s*$/.test(text)) return null;
  const celsius = Number(text) / 1000;
  return celsius >= CELSIUS_MIN && celsius <= CELSIUS_MAX ? celsius : null;
}
