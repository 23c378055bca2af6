import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  parsePortRange,
  parseReservedPorts,
  parseUdpServices,
  udpServicesOf,
} from "../../../../agent/collectors/parse/udp-services.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";

const test = suite("collectors: parse: udp services");

const RANGE = "proc/sys/net/ipv4/ip_local_port_range";

test("a port outside the ephemeral range is a service, one inside is a client's", async () => {
  const host = createMemoryHost({ [RANGE]: "40000\t50000\n" });
  const services = await udpServicesOf(host, [161, 39_999, 40_000, 45_000, 50_000, 50_001]);
  assert.equal([...services], [161, 39_999, 50_001]);
});

test("plant protocols inside the range are services", async () => {
  const services = await udpServicesOf(
    createMemoryHost(),
    [34_964, 44_818, 47_808, 47_823, 47_824],
  );
  assert.equal([...services], [34_964, 44_818, 47_808, 47_823]);
});

test("so are ports that the device's /etc/services or its reserved ports name", async () => {
  const host = createMemoryHost({
    "etc/services": "# x 40001/udp\nplant-sync 40002/udp psync\nother 40003/tcp\n",
    "proc/sys/net/ipv4/ip_local_reserved_ports": "8080,40010-40012\n",
  });
  const services = await udpServicesOf(host, [40_001, 40_002, 40_003, 40_009, 40_011]);
  assert.equal([...services], [40_002, 40_011]);
});

test("/etc/services is not read while no port asks for it", async () => {
  const host = createMemoryHost();
  const readText = async (path: string) => {
    assert.is(path, RANGE);
    return host.readText(path);
  };
  await udpServicesOf({ ...host, readText }, [161, 47_808]);
});

test("without the range's file Linux's default holds", () => {
  assert.equal(parsePortRange(""), { first: 32_768, last: 60_999 });
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parsePortRange(text);
      parseUdpServices(text);
      parseReservedPorts(text);
    }),
  );
});

test.run();
