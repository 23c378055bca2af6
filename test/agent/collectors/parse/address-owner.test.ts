import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createAddressOwner,
  parseFibTrie,
  parseIfInet6,
  parseRoute,
} from "../../../../agent/collectors/parse/address-owner.ts";

const test = suite("collectors: parse: address owner");

const column =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
const route = (name: string, destination: string, flags: string, mask: string) =>
  `${name}\t${destination}\t00000000\t${flags}\t0\t0\t0\t${mask}\t0\t0\t0\n`;
const leaf = (address: string) => `        |-- ${address}\n           /32 host LOCAL\n`;

test("an address is of the longest connected network that holds it", () => {
  const ownerOf = createAddressOwner({
    fibTrie: leaf("10.1.2.3") + leaf("10.9.9.9"),
    route:
      column +
      route("eth0", "0000000A", "0001", "000000FF") +
      route("eth1", "0002010A", "0001", "00FFFFFF"),
    ifInet6: "",
  });
  assert.is(ownerOf("10.1.2.3"), "eth1");
  assert.is(ownerOf("10.9.9.9"), "eth0");
});

test("gateways, the default route and unreachable networks prove nothing", () => {
  const ownerOf = createAddressOwner({
    fibTrie: leaf("10.1.2.3"),
    route:
      column +
      route("ppp0", "00000000", "0001", "00000000") +
      route("eth0", "0000000A", "0003", "000000FF") +
      route("*", "0001010A", "0200", "00FFFFFF"),
    ifInet6: "",
  });
  assert.is(ownerOf("10.1.2.3"), "10.1.2.3");
});

test("an address in a connected network that is not the device's own is placed nowhere", () => {
  const files = { route: column + route("eth0", "0000000A", "0001", "000000FF"), ifInet6: "" };
  assert.is(createAddressOwner({ ...files, fibTrie: leaf("10.1.2.3") })("10.7.7.7"), "10.7.7.7");
  // Without the list of own addresses the network is all there is to go by.
  assert.is(createAddressOwner({ ...files, fibTrie: "" })("10.7.7.7"), "eth0");
});

test("loopback and wildcards need no files", () => {
  const ownerOf = createAddressOwner({ fibTrie: "", route: "", ifInet6: "" });
  assert.is(ownerOf("127.0.0.53"), "lo");
  assert.is(ownerOf("::1"), "lo");
  assert.is(ownerOf("0.0.0.0"), "0.0.0.0");
  assert.is(ownerOf("::"), "::");
  assert.is(ownerOf("fe80::1"), "fe80::1");
});

test("if_inet6 names IPv6 addresses outright", () => {
  const owners = parseIfInet6("fe800000000000000a0027fffe123456 03 40 20 80     eth1\n");
  assert.equal([...owners], [["fe80::a00:27ff:fe12:3456", "eth1"]]);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parseFibTrie(`|-- ${text}\n /32 host LOCAL\n${text}`);
      parseRoute(`${text}\n${route(text, text, "0001", "00FFFFFF")}`);
      parseIfInet6(`${text}\n${"f".repeat(32)} 1 2 3 4 ${text}`);
      createAddressOwner({ fibTrie: text, route: text, ifInet6: text })(text);
    }),
  );
});

test.run();
