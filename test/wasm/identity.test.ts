/** What devices of any network say of themselves, kept for the host. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, u16 } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import {
  answer,
  ask,
  client,
  connection,
  datagram,
  excerptsOf,
  run,
  server,
} from "./plant-wire.ts";

const test = suite("wasm: identity");
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const kindsOf = (core: Parameters<typeof excerptsOf>[0]) =>
  excerptsOf(core).map(({ kind }) => kind);

const ber = (tag: number, ...parts: Parameters<typeof bytesOf>) => {
  const body = bytesOf(...parts);
  return bytesOf(tag, body.length, body);
};
const snmp = (pdu: number, request: number, oid: number[], community = "public") =>
  ber(
    0x30,
    ber(2, 1),
    ber(4, ascii(community)),
    ber(
      pdu,
      ber(2, 0, 0, 0, request),
      ber(2, 0),
      ber(2, 0),
      ber(0x30, ber(0x30, ber(6, oid), ber(4, ascii("plc")))),
    ),
  );
const system = [0x2b, 6, 1, 2, 1, 1, 1, 0];
const counters = [0x2b, 6, 1, 2, 1, 2, 2, 1];

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: datagrams by their ports`, () => {
    const dns = bytesOf(u16(1), u16(0x8000), Array(9).fill(0));
    for (const [port, kind, bytes] of [
      [53, abi.EXCERPT_DNS, dns],
      [67, abi.EXCERPT_DHCP, new Uint8Array(300)],
      [137, abi.EXCERPT_NBNS, dns],
      [161, abi.EXCERPT_SNMP, snmp(0xa2, 1, system)],
      [1900, abi.EXCERPT_SSDP, ascii("NOTIFY * HTTP/1.1\r\n")],
      [5353, abi.EXCERPT_MDNS, dns],
      [5355, abi.EXCERPT_LLMNR, dns],
    ] as const) {
      const core = openCore(build.instantiate());
      run(core, [datagram(server, client, [port, 30_000], bytes)]);
      assert.equal(kindsOf(core), [kind]);
    }
  });

  test(`${build.name}: the same with another transaction's number is the same`, () => {
    const core = openCore(build.instantiate());
    const dns = (id: number) => bytesOf(u16(id), u16(0x8000), Array(9).fill(0));
    run(
      core,
      [1, 2, 3].flatMap((id) => [
        datagram(server, client, [5353, 5353], dns(id)),
        datagram(server, client, [161, 30_000], snmp(0xa2, id, system)),
      ]),
    );
    assert.equal(kindsOf(core), [abi.EXCERPT_MDNS, abi.EXCERPT_SNMP]);
  });

  test(`${build.name}: of SNMP without identities, no more than the community`, () => {
    const core = openCore(build.instantiate());
    const whole = snmp(0xa2, 1, counters);
    run(core, [
      datagram(server, client, [161, 30_000], whole),
      datagram(server, client, [161, 30_000], snmp(0xa2, 2, counters)),
      datagram(server, client, [161, 30_000], bytesOf(0x30, 0x84, 255, 255)),
      datagram(server, client, [161, 30_000], bytesOf(0x30, 5, 2, 1, 0, 4, 100)),
    ]);
    assert.equal(
      excerptsOf(core).map(({ bytes }) => bytes),
      [whole.subarray(0, 15)],
    );
  });

  test(`${build.name}: the first bytes of streams, on any port`, () => {
    const hello = bytesOf(0x16, 3, 1, 0, 40, 1, new Uint8Array(39));
    const said = [
      [abi.EXCERPT_SSH, ascii("SSH-2.0-dropbear\r\n")],
      [abi.EXCERPT_HTTP, ascii("HTTP/1.1 200 OK\r\nServer: x\r\n")],
      [abi.EXCERPT_HTTP, ascii("GET / HTTP/1.1\r\n")],
      [abi.EXCERPT_TLS, hello],
    ] as const;
    for (const [kind, bytes] of said) {
      const core = openCore(build.instantiate());
      run(core, connection(8022, [answer(bytes), ask(bytes)]));
      assert.equal(excerptsOf(core), [
        { kind, bytes },
        { kind, bytes },
      ]);
    }
    const core = openCore(build.instantiate());
    run(core, connection(8022, [ask(ascii("something")), ask(ascii("GET / HTTP/1.1\r\n"))]));
    assert.equal(kindsOf(core), []);
  });
}

test.run();
