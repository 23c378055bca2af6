/**
 * Listening ports and established TCP connections over IPv4 and IPv6, from proc/net/{tcp,tcp6,udp,udp6}.
 *
 * Every socket counts, on whichever interface, `lo` too: what listens there is reachable by whatever
 * runs on the device. Each (port, address) is listed once, by port and then address. Connections are
 * in the kernel's order and one for each socket, so both ends of a connection to the device itself.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { type Host, HostError } from "../core/host.ts";
import type { Connection, Listener } from "../core/model.ts";
import { createAddressOwner } from "./parse/address-owner.ts";
import { networkFolderOf } from "./parse/network-folder.ts";
import { readTextOrNull } from "./parse/read.ts";
import {
  type AddressDigits,
  createAddressReader,
  isUnspecifiedAt,
  SocketState,
  scanSocketTable,
} from "./parse/socket-table.ts";
import { udpServicesOf } from "./parse/udp-services.ts";

export const sockets = defineCollector({
  name: "sockets",
  help: "Listening TCP and UDP ports and established TCP connections, from proc/net/{tcp,tcp6,udp,udp6}.",
  enabledByDefault: true,
  metrics: {
    listening_tcp_ports: { kind: "listeners", unit: "ports", help: "TCP sockets that listen." },
    listening_udp_ports: {
      kind: "listeners",
      unit: "ports",
      help: "Unconnected UDP sockets on a port that is not a client's.",
    },
    tcp_connections: {
      kind: "connections",
      unit: "connections",
      help: "Established TCP connections.",
    },
    socket_lines_unreadable: {
      kind: "gauge",
      unit: "lines",
      help: "Lines of the socket tables that were skipped because they could not be read.",
    },
  },
  async collect(host) {
    const folder = await networkFolderOf(host);
    const tables = await readTables(host, folder);
    const interfaceOf = createAddressOwner({
      fibTrie: (await readTextOrNull(host, `${folder}/fib_trie`)) ?? "",
      route: (await readTextOrNull(host, `${folder}/route`)) ?? "",
      ifInet6: (await readTextOrNull(host, `${folder}/if_inet6`)) ?? "",
    });
    const found = scanTables(tables, interfaceOf);
    const services = await udpServicesOf(
      host,
      found.boundUdp.map((bound) => bound.port),
    );
    return {
      listening_tcp_ports: distinct(found.listeningTcp),
      listening_udp_ports: distinct(found.boundUdp.filter(({ port }) => services.has(port))),
      tcp_connections: found.connections,
      socket_lines_unreadable: found.unreadable,
    };
  },
});

interface Table {
  protocol: "tcp" | "udp";
  digits: AddressDigits;
  bytes: Uint8Array;
}

const tableFiles: readonly (Omit<Table, "bytes"> & { file: string })[] = [
  { file: "tcp", protocol: "tcp", digits: 8 },
  { file: "tcp6", protocol: "tcp", digits: 32 },
  { file: "udp", protocol: "udp", digits: 8 },
  { file: "udp6", protocol: "udp", digits: 32 },
];

/** The tables there are. IPv6 may be off, but a device without any TCP table has no sockets to see. */
async function readTables(host: Host, folder: string): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { file, protocol, digits } of tableFiles) {
    try {
      tables.push({ protocol, digits, bytes: await host.readBytes(`${folder}/${file}`) });
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "missing") throw error;
    }
  }
  if (tables.every((table) => table.protocol !== "tcp")) {
    throw new NoDataError(`${folder} has neither tcp nor tcp6`);
  }
  return tables;
}

interface Found {
  listeningTcp: Listener[];
  boundUdp: Listener[];
  connections: Connection[];
  unreadable: number;
}

function scanTables(tables: readonly Table[], interfaceOf: (address: string) => string): Found {
  const found: Found = { listeningTcp: [], boundUdp: [], connections: [], unreadable: 0 };
  const addressAt = createAddressReader();
  const listenerAt = (table: Table, at: number, port: number): Listener => {
    const address = addressAt(table.bytes, at, table.digits);
    return { port, address, interface: interfaceOf(address) };
  };

  for (const table of tables) {
    const { bytes, digits, protocol } = table;
    found.unreadable += scanSocketTable(bytes, digits, (row) => {
      if (protocol === "udp") {
        const isBound = row.state === SocketState.close && row.remotePort === 0;
        if (isBound && isUnspecifiedAt(bytes, row.remoteAt, digits)) {
          found.boundUdp.push(listenerAt(table, row.localAt, row.localPort));
        }
      } else if (row.state === SocketState.listen) {
        found.listeningTcp.push(listenerAt(table, row.localAt, row.localPort));
      } else if (row.state === SocketState.established) {
        const localAddress = addressAt(bytes, row.localAt, digits);
        found.connections.push({
          localAddress,
          localPort: row.localPort,
          localInterface: interfaceOf(localAddress),
          remoteAddress: addressAt(bytes, row.remoteAt, digits),
          remotePort: row.remotePort,
        });
      }
    });
  }
  return found;
}

/** Each (port, address) once, in order: several processes may share one port (SO_REUSEPORT). */
function distinct(listeners: readonly Listener[]): Listener[] {
  const byKey = new Map(listeners.map((one) => [`${one.port} ${one.address}`, one]));
  return [...byKey.values()].sort(
    (a, b) => a.port - b.port || (a.address < b.address ? -1 : Number(a.address > b.address)),
  );
}
