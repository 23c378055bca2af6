import type { Host } from "./host.ts";

/** What a device is made of: the one model that every inventory document is written from. */
export interface Inventory {
  takenWallMs: number;
  system: SystemFacts;
  software: readonly Software[];
  hardware: readonly Hardware[];
  services: readonly Service[];
  processes: readonly RunningProgram[];
  /** What could not be read, or not to its end; absent sources are none. */
  problems: readonly InventoryProblem[];
}

export interface InventoryProblem {
  source: string;
  reason: string;
}

/** What is known of the device as a whole. All are the device's own words. */
export interface SystemFacts {
  hostname?: string;
  /** ID, VERSION_ID, PRETTY_NAME and CPE_NAME of os-release(5). */
  osId?: string;
  osVersion?: string;
  osName?: string;
  osCpe?: string;
  /** The day on which the system's support ends, as YYYY-MM-DD, and where that is known from. */
  osSupportEnd?: string;
  osSupportEndSource?: string;
  kernelRelease?: string;
  /** As uname -m: "x86_64", "armv7l". */
  machine?: string;
  vendor?: string;
  model?: string;
  serial?: string;
  uuid?: string;
  firmwareVendor?: string;
  firmwareVersion?: string;
  firmwareDate?: string;
}

export const softwareKinds = [
  "operating-system",
  "kernel",
  "kernel-module",
  "firmware",
  "package",
  "library",
  "application",
  "container",
  "plc-program",
] as const;
export type SoftwareKind = (typeof softwareKinds)[number];

export interface Software {
  /** Name of the inventory source that found it: dpkg, rpm, npm … */
  source: string;
  kind: SoftwareKind;
  name: string;
  /** Whole, as the source's own tool prints it; empty where it has none. */
  version: string;
  /** As the source spells it: "amd64", "x86_64", "all", "noarch". */
  architecture?: string;
  /** Namespace of the purl where the system's id is not it: a Maven group, an npm scope, a layer. */
  group?: string;
  publisher?: string;
  license?: string;
  section?: string;
  summary?: string;
  homepage?: string;
  /** Source package it was built from, and its version. */
  sourceName?: string;
  sourceVersion?: string;
  /** State, where it is not simply installed: "deinstall ok config-files", "inactive". */
  state?: string;
  cpe?: string;
  installedWallMs?: number;
  installedBytes?: number;
  /** Where it lies, without a leading slash. */
  path?: string;
  sha256?: string;
  /** What the source alone knows, by name. */
  properties?: Readonly<Record<string, string>>;
}

export const hardwareKinds = [
  "board",
  "cpu",
  "memory",
  "storage",
  "usb",
  "pci",
  "network",
  "sensor",
  "tpm",
  "rtc",
  "watchdog",
  "serial-port",
] as const;
export type HardwareKind = (typeof hardwareKinds)[number];

export interface Hardware {
  kind: HardwareKind;
  /** Its name in the kernel, unique within its kind: "mmcblk0", "1-1.2", "0000:00:1f.6". */
  name: string;
  vendor?: string;
  model?: string;
  serial?: string;
  revision?: string;
  driver?: string;
  /** The rest by name, with the unit in the name. */
  properties: Readonly<Record<string, string | number>>;
}

/** A service of the system's manager. */
export interface Service {
  name: string;
  description: string;
  running: boolean;
  startsAtBoot: boolean;
}

/** A program that runs, however many processes it has. */
export interface RunningProgram {
  name: string;
  /** Without a leading slash; empty for what the kernel does not show. */
  path: string;
  pids: readonly number[];
  /** Package that owns the file, or null: nobody's. */
  owner: { source: string; name: string } | null;
  /** The file was replaced or removed since it was started. */
  deleted: boolean;
}

/** What one source found. */
export interface Found {
  system?: SystemFacts;
  software?: readonly Software[];
  hardware?: readonly Hardware[];
  services?: readonly Service[];
  /** What it could not read while it found the rest. */
  problems?: readonly string[];
}

/** What a source may read: the device, and files that one walk found for all. */
export interface InventoryReading {
  host: Host;
  /** Files of interest below the folders where software lies; walked once, when first asked. */
  tree(): Promise<SoftwareTree>;
}

/** Paths by what they look like, in order, without a leading slash. */
export interface SoftwareTree {
  /** …/NAME.dist-info and …/NAME.egg-info, folders or files. */
  pythonInfos: readonly string[];
  /** …/node_modules/NAME/package.json and …/node_modules/@SCOPE/NAME/package.json. */
  nodeManifests: readonly string[];
  /** .jar, .war and .ear. */
  archives: readonly string[];
  /** Files in folders for programs: bin, sbin, libexec, and what has no suffix below opt and srv. */
  programs: readonly string[];
  /** Files of PLC projects, by their suffix. */
  plcFiles: readonly string[];
  /** False: a bound ended the walk. */
  complete: boolean;
}

/** One way to find parts of a device: a package system, a kind of bus. */
export interface InventorySource {
  name: string;
  /** One sentence: what, and from which files. */
  help: string;
  /** Throws NoDataError where the device lacks it, HostError where it cannot be read. */
  find(reading: InventoryReading): Promise<Found>;
  /** Of these paths those that a package owns, with its name. Package systems with file lists have it. */
  ownersOf?(host: Host, paths: ReadonlySet<string>): Promise<Map<string, string>>;
}

/** Identity at run time; ties the shape at compile time. */
export function defineInventorySource(source: InventorySource): InventorySource {
  return source;
}

/** Who writes the document. */
export interface InventorySpeaker {
  thing: string;
  version: string;
}

/** One document: all of the inventory that it has a place for. */
export interface InventoryFormat {
  name: string;
  contentType: string;
  /** The whole document, without a newline at its end. */
  encode(inventory: Inventory, speaker: InventorySpeaker): string;
}

export function defineInventoryFormat(format: InventoryFormat): InventoryFormat {
  return format;
}
