import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OUTPUT_BYTES_MAX } from "../../../../sim/emulator/limits.ts";
import { createFramer } from "../../../../sim/emulator/mqtt/framing.ts";
import { connectPacket, createConnected, createRawClient } from "../raw-client.ts";
import { authority, inboxOf, startBroker } from "../support.ts";

const test = suite("emulator: broker: hostile clients");
let broker: Awaited<ReturnType<typeof startBroker>>;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

/** The broker still serves: a message goes round. */
async function assertAlive(): Promise<void> {
  const client = await broker.connect({ clientId: "alive" });
  const inbox = inboxOf(client);
  await client.subscribeAsync("alive");
  await client.publishAsync("alive", "yes", { qos: 1 });
  assert.is((await inbox.next()).payload, "yes");
  await client.endAsync();
}

test("random bytes instead of a CONNECT end that connection only", async () => {
  const garbage = fc.uint8Array({ minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(garbage, async (bytes) => {
      const client = await createRawClient(broker.port);
      client.write(bytes);
      client.socket.end();
      await client.ended;
    }),
    { numRuns: 40 },
  );
  await assertAlive();
});

const packets: Packet[] = [
  { cmd: "publish", topic: "a/b", payload: "x", qos: 1, messageId: 1, dup: false, retain: true },
  {
    cmd: "publish",
    topic: "a/b",
    payload: "x",
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
    properties: {
      messageExpiryInterval: 1,
      contentType: "t",
      responseTopic: "r",
      correlationData: Buffer.from("c"),
      userProperties: { a: ["1", "2"], __proto__x: "3" },
      payloadFormatIndicator: true,
    },
  },
  {
    cmd: "subscribe",
    messageId: 2,
    subscriptions: [{ topic: "a/#", qos: 1, nl: true, rap: true, rh: 1 }],
  },
  { cmd: "unsubscribe", messageId: 3, unsubscriptions: ["a/#"] },
  { cmd: "puback", messageId: 1, reasonCode: 0 },
  { cmd: "disconnect", reasonCode: 4, properties: { sessionExpiryInterval: 5 } },
  { cmd: "auth", reasonCode: 0x18, properties: { authenticationMethod: "m" } },
];

test("packets with a flipped byte end that connection at worst", async () => {
  const flip = fc.record({
    packet: fc.constantFrom(...packets),
    version: fc.constantFrom(4 as const, 5 as const),
    at: fc.nat(),
    byte: fc.nat(255),
    first: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(flip, async ({ packet, version, at, byte, first }) => {
      const client = await createRawClient(broker.port, version);
      const connect = generate(connectPacket(version, { will: { topic: "w", payload: "w" } }));
      const bytes = generate(packet, { protocolVersion: packet.cmd === "auth" ? 5 : version });
      const victim = first ? connect : bytes;
      victim[at % victim.length] = byte;
      client.write(connect);
      client.write(bytes);
      client.socket.end();
      await client.ended;
    }),
    { numRuns: 150 },
  );
  await assertAlive();
});

test("properties pass a broker unharmed", async () => {
  const from = await broker.connect({ clientId: "from", protocolVersion: 5 });
  const to = await broker.connect({ clientId: "to", protocolVersion: 5 });
  await to.subscribeAsync("props");
  const got = new Promise<object>((resolve) =>
    to.once("message", (_topic, _payload, { properties }) => resolve(properties ?? {})),
  );
  const properties = (packets[1] as { properties: object }).properties;
  await from.publishAsync("props", "x", { qos: 1, properties });
  const received = (await got) as Record<string, unknown>;
  for (const [name, value] of Object.entries(properties)) {
    if (name === "userProperties") continue;
    assert.equal(received[name], value, name);
  }
  assert.equal({ ...(received.userProperties as object) }, { a: ["1", "2"], __proto__x: "3" });
  await Promise.all([from.endAsync(), to.endAsync()]);
});

test("bytes that are no TLS end before the broker sees them", async () => {
  const socket = createConnection(broker.port, "127.0.0.1");
  const over = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  socket.write(generate(connectPacket(4)));
  socket.resume();
  await over;
  await assertAlive();
});

test("a connection that never begins its handshake does not keep the broker from closing", async () => {
  const other = await startBroker();
  const socket = createConnection(other.port, "127.0.0.1");
  const over = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("connect", resolve));
  await other.close();
  await over;
});

test("a client without a certificate of this authority does not come in", async () => {
  const socket = connectTls({ port: broker.port, host: "127.0.0.1", ca: authority.certificatePem });
  const over = new Promise<string>((resolve) => {
    let reason = "";
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.once("close", () => resolve(reason));
  });
  socket.on("data", () => {});
  assert.match(await over, /certificate required/);
});

test("a connection that never sends a CONNECT is given up", async () => {
  const client = await createRawClient(broker.port);
  let over = false;
  client.ended.then(() => {
    over = true;
  });
  while (!over) {
    // The server may see the connection a little later than its client.
    broker.clock.advance(10_001);
    broker.tick();
    await new Promise(setImmediate);
  }
});

test("a client that does not read costs nobody but itself", async () => {
  const slow = await createConnected(broker.port, 4, { clientId: "slow" });
  slow.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "bulk", qos: 0 }] });
  await slow.next();
  slow.socket.pause();
  const client = await broker.connect({ clientId: "fast" });
  const inbox = inboxOf(client);
  await client.subscribeAsync(["bulk", "end"]);
  const payload = Buffer.alloc(100_000);
  const before = broker.counts.messagesDropped;
  const messages = 300;
  for (let at = 0; at < messages; at++) await client.publishAsync("bulk", payload, { qos: 1 });
  await client.publishAsync("end", "", { qos: 1 });
  for (let at = 0; at <= messages; at++) await inbox.next();
  assert.ok(broker.counts.messagesDropped > before, "what the slow one cannot take is dropped");
  // It may send as much as it likes: nothing of it is read while it does not read itself.
  const [packet, read] = [{ cmd: "publish", topic: "x", payload, qos: 0 } as const, broker.counts];
  const readBefore = read.messagesIn;
  for (let at = 0; at < 100; at++) slow.send({ ...packet, dup: false, retain: false });
  const rounds = 20;
  for (let round = 0; round < rounds; round++) await assertAlive();
  assert.is(read.messagesIn - readBefore, rounds, "only those of the rounds");
  slow.socket.resume();
  slow.send({ cmd: "disconnect" });
  slow.socket.end();
  await slow.ended;
  const got = slow.packets.filter(({ cmd }) => cmd === "publish").length;
  assert.ok(got < messages, "and it has not got all");
  assert.ok(got * payload.length >= OUTPUT_BYTES_MAX);
  await client.endAsync();
});

test("framing gives the same packets however the bytes are cut", () => {
  const stream = Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: 5 })));
  const whole = createFramer(1000).push(stream).packets;
  assert.is(whole.length, packets.length);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 20 }), (cuts) => {
      const framer = createFramer(1000);
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const parts = edges.slice(1).map((end, at) => stream.subarray(edges[at], end));
      const got = parts.flatMap((part) => framer.push(part).packets);
      assert.equal(got, whole);
    }),
  );
});

test("framing refuses a length of five bytes, and one that is too large before its bytes come", () => {
  assert.is(createFramer(1000).push(Buffer.from("30ffffffff01", "hex")).problem, "malformed");
  assert.is(createFramer(1000).push(Buffer.from("30e807", "hex")).problem, "too-large");
  assert.is(createFramer(1003).push(Buffer.from("30e807", "hex")).problem, null);
});

test.run();
