import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { formats } from "../../../../agent/alerts/formats/index.ts";
import { createSyslogOutput } from "../../../../agent/alerts/outputs/syslog.ts";
import { systemClock } from "../../../../agent/world/clock-system.ts";
import { caPathOf, openAuthority, openServer } from "../../../../sim/emulator/pki-files.ts";
import { type OutputUnderTest, testOutput } from "../../../contracts/alert-output.ts";
import { findingOf, noticesOf, speaker } from "../../../fixtures/findings.ts";
import { parseSyslog } from "../../../fixtures/parse-syslog.ts";

const idIn = (message: Uint8Array) => parseSyslog(message).structuredData["fieldwarden@32473"]!.id!;
const outputTo = (url: string, caFile = "") =>
  createSyslogOutput({ url, format: formats.syslog, speaker, caFile });

/** Messages in the bytes so far, by RFC 6587 §3.4.1; the rest of a message waits for its octets. */
function countedMessagesIn(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const count = /^([1-9]\d{0,5}) /.exec(bytes.subarray(at, at + 7).toString("latin1"));
    if (count === null) throw new Error(`no octet count at ${at}`);
    const start = at + count[0].length;
    at = start + Number(count[1]);
    if (at <= bytes.length) messages.push(bytes.subarray(start, at));
  }
  return messages;
}

const linesIn = (bytes: Buffer): Buffer[] =>
  bytes
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => Buffer.from(line));

/** The rest of a stream server: what it got, and how it goes and comes. */
async function streamUnderTest(
  open: () => Promise<Server>,
  split: (bytes: Buffer) => Buffer[],
  outputOf: (server: Server) => OutputUnderTest["output"],
  dispose: () => void,
): Promise<OutputUnderTest> {
  let bytes = Buffer.alloc(0);
  const sockets = new Set<Socket>();
  const listen = async () => {
    const server = await open();
    server.on("connection", (socket) => sockets.add(socket));
    const isTls = server.listenerCount("tlsClientError") > 0;
    server.on(isTls ? "secureConnection" : "connection", (socket: Socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
      });
    });
    return server;
  };
  let server = await listen();
  const output = outputOf(server);
  const goAway = async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => server.close(resolve));
    // The reset has to reach the other end of the loopback.
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  return {
    output,
    received: async () => split(bytes).map(idIn),
    goAway,
    comeBack: async () => {
      server = await listen();
    },
    cleanUp: async () => {
      await output.close();
      await goAway();
      dispose();
    },
  };
}

const listening = (server: Server, to: { port: number; host: string } | { path: string }) =>
  new Promise<Server>((resolve) => server.listen(to, () => resolve(server)));

testOutput("syslog tcp", async () => {
  let port = 0;
  const open = async () => {
    const server = await listening(createServer(), { port, host: "127.0.0.1" });
    port = (server.address() as AddressInfo).port;
    return server;
  };
  return streamUnderTest(
    open,
    countedMessagesIn,
    () => outputTo(`tcp://127.0.0.1:${port}`),
    () => {},
  );
});

testOutput("syslog tls", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-syslog-"));
  const authority = await openAuthority(folder, systemClock);
  const { keyPem: key, certificatePem: cert } = await openServer(
    folder,
    authority,
    "127.0.0.1",
    systemClock,
  );
  let port = 0;
  const open = async () => {
    const server = createTlsServer({ key, cert });
    server.on("tlsClientError", () => {});
    await listening(server, { port, host: "127.0.0.1" });
    port = (server.address() as AddressInfo).port;
    return server;
  };
  const outputOf = () => outputTo(`tls://127.0.0.1:${port}`, caPathOf(folder));
  return streamUnderTest(open, countedMessagesIn, outputOf, () =>
    rmSync(folder, { recursive: true }),
  );
});

testOutput("syslog unix stream", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-syslog-"));
  const path = join(folder, "log");
  const open = () => listening(createServer(), { path });
  const outputOf = () => outputTo(`unix:${path}`);
  return streamUnderTest(open, linesIn, outputOf, () => rmSync(folder, { recursive: true }));
});

for (const [family, host, shown] of [
  ["udp4", "127.0.0.1", "127.0.0.1"],
  ["udp6", "::1", "[::1]"],
] as const) {
  testOutput(`syslog ${family}`, async () => {
    const received: Buffer[] = [];
    const open = async (port: number) => {
      const socket = createSocket(family);
      socket.on("message", (message) => received.push(message));
      await new Promise<void>((resolve) => socket.bind(port, host, resolve));
      return socket;
    };
    let socket = await open(0);
    const { port } = socket.address();
    let isOpen = true;
    const goAway = async () => {
      if (isOpen) await new Promise<void>((resolve) => socket.close(resolve));
      isOpen = false;
    };
    return {
      output: outputTo(`udp://${shown}:${port}`),
      received: async () => received.map(idIn),
      goAway,
      comeBack: async () => {
        socket = await open(port);
        isOpen = true;
      },
      cleanUp: goAway,
    };
  });
}

const test = suite("alerts: outputs: syslog: details");
const [notice] = noticesOf([findingOf(1)]);

test("a certificate of another CA is not taken", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-syslog-"));
  const authority = await openAuthority(folder, systemClock);
  const identity = await openServer(folder, authority, "127.0.0.1", systemClock);
  const server = createTlsServer({ key: identity.keyPem, cert: identity.certificatePem });
  server.on("tlsClientError", () => {});
  await listening(server, { port: 0, host: "127.0.0.1" });
  const { port } = server.address() as AddressInfo;
  const result = await outputTo(`tls://127.0.0.1:${port}`).deliver(notice!);
  assert.is(result.outcome, "unreachable");
  assert.match("reason" in result ? result.reason : "", /certificate|VERIFY|ISSUER/i);
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

test("a receiver that takes the connection and nothing else has its time, and no more", async () => {
  const server = await listening(createServer({ pauseOnConnect: true }), {
    port: 0,
    host: "127.0.0.1",
  });
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  const { port } = server.address() as AddressInfo;
  const output = createSyslogOutput({
    url: `tcp://127.0.0.1:${port}`,
    format: { contentType: "", encode: () => "x".repeat(64 * 1024 * 1024) },
    speaker,
    caFile: "",
    timeoutMs: 50,
  });
  assert.equal(await output.deliver(notice!), {
    outcome: "unreachable",
    reason: "nothing was taken within 0.05 s",
  });
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test("a host that there is not is unreachable", async () => {
  for (const protocol of ["udp", "tcp"]) {
    const result = await outputTo(`${protocol}://no-such-host.invalid:514`).deliver(notice!);
    assert.is(result.outcome, "unreachable");
    assert.match("reason" in result ? result.reason : "", /ENOTFOUND|EAI_AGAIN/);
  }
});

test.run();
