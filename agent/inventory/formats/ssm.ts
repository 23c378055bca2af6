/**
 * AWS Systems Manager inventory: the `Items` of ssm:PutInventory. Names and versions of the types are
 * those of amazon-ssm-agent; what AWS has no type for goes as Custom: types, which the agent's
 * drop-in folder takes too.
 */
import { createHash } from "node:crypto";
import {
  defineInventoryFormat,
  type Hardware,
  type Inventory,
  type Software,
} from "../../core/inventory.ts";

/** Limits of PutInventory and of the agent (model.go): entries and bytes of a type, bytes in all. */
export const SSM_ENTRIES_MAX = 10_000;
export const SSM_TYPE_BYTES_MAX = 3072 * 1024;
export const SSM_ALL_BYTES_MAX = 10_240 * 1024;
export const SSM_KEYS_MAX = 50;
export const SSM_KEY_CHARS_MAX = 64;
export const SSM_VALUE_CHARS_MAX = 4096;

type Entry = Record<string, string>;

export const ssm = defineInventoryFormat({
  name: "ssm",
  contentType: "application/json",
  encode: (inventory) => JSON.stringify(itemsOf(inventory)),
});

function itemsOf(inventory: Inventory) {
  // Years outside 20xx are refused: a device without a clock says 1970.
  const time = new Date(Math.max(inventory.takenWallMs, Date.UTC(2000, 0, 1)));
  const captured = `${time.toISOString().slice(0, 19)}Z`;
  let left = SSM_ALL_BYTES_MAX;
  return typesOf(inventory).flatMap(([TypeName, SchemaVersion, entries]) => {
    const Content = fitting(entries.map(entryOf), Math.min(left, SSM_TYPE_BYTES_MAX));
    if (Content.length === 0) return [];
    const text = JSON.stringify(Content);
    left -= Buffer.byteLength(text);
    // An MD5 that the service has already means: nothing new, nothing stored.
    const ContentHash = createHash("md5").update(text).digest("hex");
    return { TypeName, SchemaVersion, CaptureTime: captured, ContentHash, Content };
  });
}

function typesOf(inventory: Inventory): [string, string, object[]][] {
  const { software, hardware, services, processes, system } = inventory;
  const ofKind = (kind: Software["kind"]) => software.filter((one) => one.kind === kind);
  const cpu = hardware.find(({ kind }) => kind === "cpu");
  const detailed = {
    CPUModel: cpu?.model,
    CPUSpeedMHz: cpu?.properties.mhz,
    CPUs: cpu?.properties.threads,
    CPUSockets: cpu?.properties.sockets,
    CPUCores: cpu?.properties.cores,
    CPUHyperThreadEnabled:
      cpu === undefined ? undefined : cpu.properties.threads !== cpu.properties.cores,
    KernelVersion: system.kernelRelease,
  };
  const applications = [...ofKind("package"), ...ofKind("application"), ...ofKind("library")];
  return [
    ["AWS:Application", "1.1", applications.map(applicationOf)],
    ["AWS:Network", "1.0", hardware.filter(({ kind }) => kind === "network").map(networkOf)],
    ["AWS:Service", "1.0", services.map(serviceOf)],
    ["AWS:File", "1.0", ofKind("plc-program").map(fileOf)],
    ["AWS:InstanceDetailedInformation", "1.0", Object.keys(detailed).length > 0 ? [detailed] : []],
    ["Custom:System", "1.0", Object.keys(system).length > 0 ? [system] : []],
    ["Custom:KernelModule", "1.0", ofKind("kernel-module").map(customOf)],
    ["Custom:Firmware", "1.0", ofKind("firmware").map(customOf)],
    ["Custom:Container", "1.0", ofKind("container").map(customOf)],
    ["Custom:PlcProgram", "1.0", ofKind("plc-program").map(customOf)],
    ["Custom:Hardware", "1.0", hardware.map(hardwareOf)],
    [
      "Custom:RunningProgram",
      "1.0",
      processes.map(({ name, path, pids, owner, deleted }) => ({
        Name: name,
        Path: `/${path}`,
        Processes: pids.length,
        Package: owner?.name ?? "none",
        Deleted: deleted,
      })),
    ],
  ];
}

/** As the agent's own gatherers fill it: architectures in its words, package files as PackageId. */
function applicationOf(software: Software) {
  const { source, name, version, architecture, installedWallMs } = software;
  const [, epoch, bare = version] = /^(\d+):(.*)$/.exec(version) ?? [];
  const dash = source === "rpm" ? bare.lastIndexOf("-") : -1;
  return {
    Name: name,
    Publisher: software.publisher,
    Version: dash > 0 ? bare.slice(0, dash) : version,
    Release: dash > 0 ? bare.slice(dash + 1) : undefined,
    Epoch: source === "rpm" ? epoch : undefined,
    InstalledTime:
      installedWallMs === undefined ? undefined : new Date(installedWallMs).toISOString(),
    ApplicationType: software.section ?? source,
    Architecture: architectures[architecture ?? ""] ?? architecture,
    URL: software.homepage,
    Summary: software.summary,
    PackageId: source === "dpkg" ? `${name}_${version}_${architecture}.deb` : software.sourceName,
  };
}

const architectures: Readonly<Record<string, string>> = { amd64: "x86_64", "386": "i386" };

function networkOf({ name, properties }: Hardware) {
  return {
    Name: name,
    SubnetMask: properties.subnetMask,
    Gateway: properties.gateway,
    DNSServer: properties.dnsServers,
    MacAddress: properties.mac,
    IPV4: properties.ipv4,
    IPV6: properties.ipv6,
  };
}

function serviceOf({ name, description, running, startsAtBoot }: Inventory["services"][number]) {
  return {
    Name: name,
    DisplayName: description || name,
    Status: running ? "Running" : "Stopped",
    ServiceType: "systemd",
    StartType: startsAtBoot ? "Automatic" : "Manual",
  };
}

function fileOf({ name, path = "", installedBytes }: Software) {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return { Name: name, Size: installedBytes, InstalledDir: `/${folder}` };
}

function customOf({ name, version, state, sha256, path, properties }: Software) {
  return { Name: name, Version: version, State: state, Sha256: sha256, Path: path, ...properties };
}

function hardwareOf({ kind, name, vendor, model, serial, revision, driver, properties }: Hardware) {
  return {
    Kind: kind,
    Name: name,
    Vendor: vendor,
    Model: model,
    Serial: serial,
    Revision: revision,
    Driver: driver,
    ...properties,
  };
}

/** Texts within the limits. What is not known is left out. */
function entryOf(values: object): Entry {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(
    known
      .slice(0, SSM_KEYS_MAX)
      .map(([key, value]) => [
        key.slice(0, SSM_KEY_CHARS_MAX),
        String(value).slice(0, SSM_VALUE_CHARS_MAX),
      ]),
  );
}

/** The first entries that stay within the limits of a type. */
function fitting(entries: readonly Entry[], bytesMax: number): Entry[] {
  let bytes = 2;
  let count = 0;
  for (const entry of entries.slice(0, SSM_ENTRIES_MAX)) {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > bytesMax) break;
    count++;
  }
  return entries.slice(0, count);
}
