/**
 * Counters of every network interface, from proc/net/dev; the interfaces_ options say
 * which of them count into the report.
 *
 * The label is the interface's name. A name may come back as another device (a modem that is plugged
 * in again), with its counters at zero: the index, which the kernel never gives twice, tells them apart.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { networkFolderOf } from "./parse/network-folder.ts";
import { countOf } from "./parse/number.ts";
import { readSource, readTextOrNull } from "./parse/read.ts";

const perInterface = (unit: string, help: string) =>
  ({ kind: "counters", unit, help, label: "interface" }) as const;

export const networkInterfaces = defineCollector({
  name: "network-interfaces",
  help: "Bytes, packets, errors and drops of every network interface, from proc/net/dev.",
  enabledByDefault: true,
  metrics: {
    network_receive_bytes: perInterface("bytes", "Bytes received."),
    network_receive_packets: perInterface("packets", "Packets received."),
    network_receive_errs: perInterface("packets", "Packets received with an error."),
    network_receive_drop: perInterface("packets", "Packets received and dropped by the kernel."),
    network_transmit_bytes: perInterface("bytes", "Bytes sent."),
    network_transmit_packets: perInterface("packets", "Packets sent."),
    network_transmit_errs: perInterface("packets", "Packets that could not be sent."),
    network_transmit_drop: perInterface("packets", "Packets dropped before they were sent."),
    network_interface_index: {
      kind: "gauges",
      unit: "index",
      help: "The kernel's number of the interface, new for each one that is made.",
      label: "interface",
    },
  },
  async collect(host) {
    const path = `${await networkFolderOf(host)}/dev`;
    const rows = parseNetDev(await readSource(host, path));
    if (rows.size === 0) throw new NoDataError(`/${path} lists no interface`);
    const column = (name: keyof InterfaceCounters) =>
      new Map(Array.from(rows, ([label, row]) => [label, row[name]]));
    return {
      network_receive_bytes: column("receiveBytes"),
      network_receive_packets: column("receivePackets"),
      network_receive_errs: column("receiveErrs"),
      network_receive_drop: column("receiveDrop"),
      network_transmit_bytes: column("transmitBytes"),
      network_transmit_packets: column("transmitPackets"),
      network_transmit_errs: column("transmitErrs"),
      network_transmit_drop: column("transmitDrop"),
      network_interface_index: await indexesOf(host, [...rows.keys()]),
    };
  },
});

export interface InterfaceCounters {
  receiveBytes: number;
  receivePackets: number;
  receiveErrs: number;
  receiveDrop: number;
  transmitBytes: number;
  transmitPackets: number;
  transmitErrs: number;
  transmitDrop: number;
}

/** `  eth0: 1500 10 0 0 …`: 8 columns received, 8 sent. Old kernels leave no space after the colon. */
export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const rows = new Map<string, InterfaceCounters>();
  for (const line of text.split("\n")) {
    // A name may hold a colon itself (the aliases of old, "eth0:1"); the numbers cannot.
    const colon = line.lastIndexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim();
    const counts = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(countOf);
    if (!isInterfaceName(name) || counts.length < 16 || counts.includes(null)) continue;
    const [receiveBytes, receivePackets, receiveErrs, receiveDrop] = counts as number[];
    const [transmitBytes, transmitPackets, transmitErrs, transmitDrop] = counts.slice(
      8,
    ) as number[];
    rows.set(name, {
      receiveBytes: receiveBytes!,
      receivePackets: receivePackets!,
      receiveErrs: receiveErrs!,
      receiveDrop: receiveDrop!,
      transmitBytes: transmitBytes!,
      transmitPackets: transmitPackets!,
      transmitErrs: transmitErrs!,
      transmitDrop: transmitDrop!,
    });
  }
  return rows;
}

/** What the kernel lets a name be (dev_valid_name in net/core/dev.c): it becomes part of a path here. */
function isInterfaceName(name: string): boolean {
  return /^[^\s/]{1,15}$/.test(name) && name !== "." && name !== "..";
}

async function indexesOf(host: Host, names: readonly string[]): Promise<Map<string, number>> {
  const indexes = new Map<string, number>();
  for (const name of names) {
    const index = countOf((await readTextOrNull(host, `sys/class/net/${name}/ifindex`))?.trim());
    if (index !== null) indexes.set(name, index);
  }
  return indexes;
}
