/**
 * Which unconnected UDP sockets are services. UDP has no listening state: a bound server and a client
 * that waits for its answer look the same but for the port, because the kernel gives clients one of
 * the ephemeral range (ip(7), ip_local_port_range).
 */
import type { Host } from "../../core/host.ts";
import { readTextOrNull } from "./read.ts";

/** Plant protocols whose UDP port lies in Linux's ephemeral range, 32768 to 60999. */
const plantPorts: ReadonlySet<number> = new Set([
  ...portsFrom(34962, 3), // PROFINET: RT unicast, RT multicast, context manager
  34980, // EtherCAT
  41794, // Crestron control
  44818, // EtherNet/IP explicit messages
  ...portsFrom(47808, 16), // BACnet/IP, 0xBAC0 to 0xBACF
  48899, // Beckhoff ADS discovery
  ...portsFrom(55000, 4), // FL-net
]);

export interface PortRange {
  first: number;
  last: number;
}

function portsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, offset) => first + offset);
}

/** Linux's default since 2.6; for trees without the file. */
const ephemeralDefault: PortRange = { first: 32768, last: 60999 };

/** `32768\t60999` */
export function parsePortRange(text: string): PortRange {
  const match = /^(\d{1,5})\s+(\d{1,5})\s*$/.exec(text);
  if (match === null) return ephemeralDefault;
  return { first: Number(match[1]), last: Number(match[2]) };
}

/** Ports of `name  port/udp` lines of services(5). */
export function parseUdpServices(text: string): Set<number> {
  return new Set(
    Array.from(text.matchAll(/^[^\s#]+[ \t]+(\d{1,5})\/udp\b/gm), (match) => Number(match[1])),
  );
}

/** `8080,40000-40010`, ip_local_reserved_ports: never given to a client, so held for services. */
export function parseReservedPorts(text: string): PortRange[] {
  return Array.from(text.trim().matchAll(/(\d{1,5})(?:-(\d{1,5}))?(?:,|$)/g), (match) => ({
    first: Number(match[1]),
    last: Number(match[2] ?? match[1]),
  }));
}

/**
 * Tells which of `ports` are services: all outside the ephemeral range, and inside it those that a
 * plant protocol, the device's /etc/services or its reserved ports name. The files that few devices
 * need are read only when a port asks for them. A service on an unnamed ephemeral port stays unseen.
 */
export async function udpServicesOf(host: Host, ports: Iterable<number>): Promise<Set<number>> {
  const range = parsePortRange(
    (await readTextOrNull(host, "proc/sys/net/ipv4/ip_local_port_range")) ?? "",
  );
  const services = new Set<number>();
  const unsure: number[] = [];
  for (const port of new Set(ports)) {
    if (port < range.first || port > range.last || plantPorts.has(port)) services.add(port);
    else unsure.push(port);
  }
  if (unsure.length === 0) return services;

  const named = parseUdpServices((await readTextOrNull(host, "etc/services")) ?? "");
  const reserved = parseReservedPorts(
    (await readTextOrNull(host, "proc/sys/net/ipv4/ip_local_reserved_ports")) ?? "",
  );
  const isReserved = (port: number) =>
    reserved.some(({ first, last }) => first <= port && port <= last);
  for (const port of unsure) if (named.has(port) || isReserved(port)) services.add(port);
  return services;
}
