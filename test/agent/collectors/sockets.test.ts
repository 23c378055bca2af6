import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sockets } from "../../../agent/collectors/sockets.ts";
import { HostError } from "../../../agent/core/host.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(sockets, modernGateway);

const test = suite("collectors: sockets: details");

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n";
const listen = (port: string) => `   0: 00000000:${port} 00000000:0000 0A 00000000:00000000\n`;

test("skips and counts lines that are torn, and reads the others", async () => {
  const torn = "   1: 0100007F:0016 000\nrubbish\n   2: 0100007F:ZZZZ 00000000:0000 0A 0\n\n";
  const host = createMemoryHost({ "proc/net/tcp": header + torn + listen("0016") });
  const collected = await sockets.collect(host);
  assert.is(collected.socket_lines_unreadable, 3);
  assert.equal(
    collected.listening_tcp_ports.map(({ port }) => port),
    [22],
  );
});

test("lists by port and then address, whatever the kernel's order", async () => {
  const host = createMemoryHost({
    "proc/net/tcp": header + listen("01BB") + listen("0016") + listen("01BB"),
  });
  const { listening_tcp_ports } = await sockets.collect(host);
  assert.equal(
    listening_tcp_ports.map(({ port }) => port),
    [22, 443],
  );
});

test("a device with IPv6 alone has its sockets too", async () => {
  const zeros = "0".repeat(32);
  const host = createMemoryHost({
    "proc/net/tcp6": `${header}   0: ${zeros}:01BB ${zeros}:0000 0A 0\n`,
  });
  const { listening_tcp_ports } = await sockets.collect(host);
  assert.equal(listening_tcp_ports, [{ port: 443, address: "::", interface: "::" }]);
});

test("a table that is there and may not be read is not taken for an empty one", async () => {
  const host = createMemoryHost({ "proc/net/tcp": header });
  host.faults.set("proc/net/udp", "denied");
  try {
    await sockets.collect(host);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, HostError);
    assert.is((error as HostError).code, "denied");
  }
});

test("in a container reads the network of the device's first process", async () => {
  const host = createMemoryHost({
    "proc/net/tcp": header + listen("1F90"),
    "proc/1/net/tcp": header + listen("01F6"),
    "proc/1/net/dev": "  eth0: 1\n",
  });
  host.links.set("proc/self/ns/net", "net:[4026532176]");
  host.links.set("proc/1/ns/net", "net:[4026531840]");
  const { listening_tcp_ports } = await sockets.collect(host);
  assert.equal(
    listening_tcp_ports.map(({ port }) => port),
    [502],
  );
});

test.run();
