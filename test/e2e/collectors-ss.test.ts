/** The sockets of this machine as our collector sees them, against Debian's `ss` (iproute2). */
import { execFileSync } from "node:child_process";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sockets } from "../../agent/collectors/sockets.ts";
import { createLinuxHost } from "../../agent/world/host-linux.ts";

const host = createLinuxHost({ root: "/" });

interface Open {
  servers: Server[];
  connections: Socket[];
  udp: UdpSocket[];
}

const test = suite<Open>("e2e: collectors against ss");

test.before((open) => {
  open.servers = [];
  open.connections = [];
  open.udp = [];
});

test.after(({ servers, connections, udp }) => {
  for (const connection of connections) connection.destroy();
  for (const server of servers) server.close();
  for (const socket of udp) socket.close();
});

async function listen(open: Open, address: string): Promise<number> {
  const server = createServer((connection) => open.connections.push(connection));
  open.servers.push(server);
  server.listen({ host: address, port: 0 });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function connectTo(open: Open, address: string, port: number): Promise<Socket> {
  const connection = connect(port, address);
  open.connections.push(connection);
  await once(connection, "connect");
  return connection;
}

async function bindUdp(open: Open, type: "udp4" | "udp6", port: number): Promise<UdpSocket> {
  const socket = createSocket({ type, ipv6Only: type === "udp6" });
  open.udp.push(socket);
  socket.bind(port);
  await once(socket, "listening");
  return socket;
}

const ss = (...args: string[]) =>
  execFileSync("ss", args, { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trim().split(/\s+/));

/** The port of ss's `127.0.0.1:22`, `[::]:443` or `*:80`. */
const portOf = (endpoint: string) => Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));

/** Other programs come and go: agreement in one of a few tries is agreement. */
async function eventually(attempt: () => Promise<[ours: unknown, theirs: unknown]>) {
  for (let left = 5; ; left--) {
    const [ours, theirs] = await attempt();
    if (left === 0 || JSON.stringify(ours) === JSON.stringify(theirs)) {
      return assert.equal(ours, theirs);
    }
  }
}

test("listening TCP ports and established total equal ss, IPv4, IPv6 and v4-mapped", async (open) => {
  const ipv4 = await listen(open, "127.0.0.1");
  const ipv6 = await listen(open, "::1");
  const dual = await listen(open, "::");
  await connectTo(open, "127.0.0.1", ipv4);
  await connectTo(open, "::1", ipv6);
  const mapped = await connectTo(open, "127.0.0.1", dual);

  await eventually(async () => {
    const { listening_tcp_ports } = await sockets.collect(host);
    const theirs = ss("-Htln").map((columns) => portOf(columns[3]!));
    return [
      [...new Set(listening_tcp_ports.map(({ port }) => port))],
      [...new Set(theirs)].sort((a, b) => a - b),
    ];
  });
  await eventually(async () => {
    const { tcp_connections } = await sockets.collect(host);
    return [tcp_connections.length, ss("-Htn", "state", "established").length];
  });

  const { listening_tcp_ports, tcp_connections } = await sockets.collect(host);
  const listenerOf = (port: number) => listening_tcp_ports.find((one) => one.port === port);
  assert.equal(listenerOf(ipv4), { port: ipv4, address: "127.0.0.1", interface: "lo" });
  assert.equal(listenerOf(ipv6), { port: ipv6, address: "::1", interface: "lo" });
  assert.equal(listenerOf(dual), { port: dual, address: "::", interface: "::" });
  // The server's end lies in tcp6 as ::ffff:127.0.0.1.
  assert.equal(
    tcp_connections.find(({ localPort }) => localPort === dual),
    {
      localAddress: "127.0.0.1",
      localPort: dual,
      localInterface: "lo",
      remoteAddress: "127.0.0.1",
      remotePort: mapped.localPort,
    },
  );
});

test("a UDP service is listed; a client, connected or waiting on a port of the kernel's, is not", async (open) => {
  const service = await bindUdp(open, "udp4", 20_222);
  const service6 = await bindUdp(open, "udp6", 20_222);
  const waiting = await bindUdp(open, "udp4", 0);
  const client = await bindUdp(open, "udp4", 20_333);
  client.connect(20_222, "127.0.0.1");
  await once(client, "connect");

  const { listening_udp_ports } = await sockets.collect(host);
  const addressesOf = (port: number) =>
    listening_udp_ports.filter((one) => one.port === port).map(({ address }) => address);
  assert.equal(addressesOf(service.address().port), ["0.0.0.0", "::"]);
  assert.is(service6.address().port, 20_222);
  assert.equal(addressesOf(waiting.address().port), []);
  assert.equal(addressesOf(20_333), []);
});

test.run();
