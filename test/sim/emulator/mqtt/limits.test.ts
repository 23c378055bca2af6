import type { IConnectPacket, Packet } from "mqtt-packet";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PACKET_BYTES_MAX, PAYLOAD_BYTES_MAX } from "../../../../sim/emulator/limits.ts";
import { connectPacket, createConnected, createRawClient, type RawClient } from "../raw-client.ts";
import { startBroker } from "../support.ts";

const test = suite("emulator: broker: limits and reason codes");
let broker: Awaited<ReturnType<typeof startBroker>>;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

const publish = (topic: string, more: object = {}): Packet => ({
  cmd: "publish",
  topic,
  payload: "",
  qos: 0,
  dup: false,
  retain: false,
  ...more,
});
const subscribe = (...topics: string[]): Packet => ({
  cmd: "subscribe",
  messageId: 7,
  subscriptions: topics.map((topic) => ({ topic, qos: 0 })),
});

/** What ends a connection: the reason code that an MQTT 5 client reads. */
const disconnects: [string, Packet, number][] = [
  ["a PUBLISH of QoS 2", publish("a", { qos: 2, messageId: 1 }), 0x9b],
  ["a payload above 128 KB", publish("a", { payload: Buffer.alloc(PAYLOAD_BYTES_MAX + 1) }), 0x95],
  ["a packet above the maximum", publish("a", { payload: Buffer.alloc(PACKET_BYTES_MAX) }), 0x95],
  ["a topic of eight slashes", publish("1/2/3/4/5/6/7/8/9"), 0x90],
  ["a topic of 257 bytes", publish(`${"é".repeat(128)}a`), 0x90],
  ["a topic of the service that is none", publish("$aws/none"), 0x90],
  ["a topic alias above the maximum", publish("a", { properties: { topicAlias: 9 } }), 0x94],
  ["a topic alias never set", publish("", { properties: { topicAlias: 1 } }), 0x82],
  ["a second CONNECT", connectPacket(5), 0x82],
  ["a packet that only servers send", { cmd: "pingresp" }, 0x82],
  [
    "a SUBSCRIBE of QoS 2",
    { ...subscribe(), subscriptions: [{ topic: "a", qos: 2 }] } as Packet,
    0x9b,
  ],
  ["a filter with # before its end", subscribe("a/#/b"), 0x8f],
  [
    "a subscription identifier",
    { ...subscribe("a"), properties: { subscriptionIdentifier: 1 } } as Packet,
    0xa1,
  ],
];
for (const [what, packet, reasonCode] of disconnects) {
  test(`${what} is refused by DISCONNECT 0x${reasonCode.toString(16)}`, async () => {
    const client = await createConnected(broker.port);
    client.send(packet);
    const { cmd, reasonCode: got } = (await client.next()) as { cmd: string; reasonCode?: number };
    assert.equal([cmd, got], ["disconnect", reasonCode]);
    await client.ended;
  });
  test(`${what} ends an MQTT 3.1.1 connection`, async () => {
    if (packet.cmd === "publish" && "properties" in packet) return; // There are none in 3.1.1.
    if (packet.cmd === "subscribe" && packet.properties !== undefined) return;
    const client = await createConnected(broker.port, 4);
    client.send(packet);
    await client.ended;
    assert.is(client.packets.length, 1, "nothing after the CONNACK");
  });
}

const grants: [string, string[], number[]][] = [
  ["eight filters", ["1", "2", "3", "4", "5", "6", "7", "8"], Array(8).fill(0)],
  ["nine filters", ["1", "2", "3", "4", "5", "6", "7", "8", "9"], Array(9).fill(0x97)],
  ["a filter of eight slashes", ["1/2/3/4/5/6/7/8/9", "ok/+"], [0x8f, 0]],
  ["a shared subscription", ["$share/group/a"], [0x9e]],
];
for (const [what, topics, codes] of grants) {
  for (const version of [4, 5] as const) {
    test(`SUBACK for ${what} in MQTT ${version}`, async () => {
      const client = await createConnected(broker.port, version);
      client.send(subscribe(...topics));
      const { granted } = (await client.next()) as { granted?: number[] };
      assert.equal(granted, version === 5 ? codes : codes.map((code) => Math.min(code, 0x80)));
      client.socket.destroy();
    });
  }
}

test("a connection has 50 subscriptions; one that is there already may be made again", async () => {
  const client = await createConnected(broker.port);
  for (let at = 0; at < 50; at += 5) {
    client.send(subscribe(...[0, 1, 2, 3, 4].map((plus) => `t/${at + plus}`)));
    assert.equal(((await client.next()) as { granted?: number[] }).granted, [0, 0, 0, 0, 0]);
  }
  client.send(subscribe("t/50", "t/49"));
  assert.equal(((await client.next()) as { granted?: number[] }).granted, [0x97, 0]);
  client.socket.destroy();
});

const connects: [string, Partial<IConnectPacket>, number, number | null][] = [
  ["a client id of 129 bytes", { clientId: "x".repeat(129) }, 0x85, 2],
  ["a client id that starts with $", { clientId: "$mine" }, 0x85, 2],
  ["a will of QoS 2", { will: { topic: "w", payload: "", qos: 2 } }, 0x9b, null],
  ["a will for the service's topics", { will: { topic: "$aws/x", payload: "" } }, 0x90, null],
];
for (const [what, more, v5, v4] of connects) {
  test(`CONNECT with ${what} is refused`, async () => {
    const five = await createRawClient(broker.port, 5);
    five.send(connectPacket(5, more));
    assert.is(((await five.next()) as { reasonCode?: number }).reasonCode, v5);
    await five.ended;
    const four = await createRawClient(broker.port, 4);
    four.send(connectPacket(4, more));
    await four.ended;
    const codes = four.packets.map((packet) => (packet as { returnCode?: number }).returnCode);
    assert.equal(codes, v4 === null ? [] : [v4]);
  });
}

test("MQTT 3.1 is refused with return code 1", async () => {
  const client = await createRawClient(broker.port, 4);
  client.send({ ...connectPacket(4), protocolId: "MQIsdp", protocolVersion: 3 });
  assert.is(((await client.next()) as { returnCode?: number }).returnCode, 1);
  await client.ended;
});

test("CONNACK 5 tells the limits, the assigned client id and a keep-alive that was moved", async () => {
  const client = await createRawClient(broker.port);
  const properties = { sessionExpiryInterval: 7200 };
  client.send(connectPacket(5, { clientId: "", keepalive: 5, properties }));
  const connack = (await client.next()) as { properties?: Record<string, unknown> };
  assert.match(String(connack.properties?.assignedClientIdentifier), /^\$GEN\/\d+$/);
  assert.equal(
    { ...connack.properties, assignedClientIdentifier: "" },
    {
      assignedClientIdentifier: "",
      sessionExpiryInterval: 3600,
      receiveMaximum: 100,
      maximumQoS: 1,
      maximumPacketSize: 149_504,
      topicAliasMaximum: 8,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
      serverKeepAlive: 30,
    },
  );
  client.socket.destroy();
});

test("at most 100 messages wait for a PUBACK, or as few as the client asks", async () => {
  for (const [receiveMaximum, expected] of [
    [undefined, 100],
    [3, 3],
  ] as const) {
    const properties = receiveMaximum === undefined ? {} : { receiveMaximum };
    const client = await createConnected(broker.port, 5, { properties });
    client.send({ ...subscribe(), subscriptions: [{ topic: "flood", qos: 1 }] } as Packet);
    await client.next();
    for (let at = 0; at < 120; at++) broker.publish("flood", Buffer.from(String(at)));
    for (let at = 0; at < expected; at++) await client.next();
    client.send({ cmd: "pingreq" });
    assert.is((await client.next()).cmd, "pingresp", "and no more messages before");
    const first = client.packets.find(({ cmd }) => cmd === "publish");
    client.send({ cmd: "puback", messageId: first?.messageId ?? 0, reasonCode: 0 });
    const more = (await client.next()) as { payload?: Buffer };
    assert.is(more.payload?.toString(), String(expected));
    client.socket.destroy();
    await client.ended;
  }
});

test("a message larger than the client takes is dropped, the next one comes", async () => {
  const client = await createConnected(broker.port, 5, { properties: { maximumPacketSize: 100 } });
  client.send({ ...subscribe(), subscriptions: [{ topic: "sizes", qos: 1 }] } as Packet);
  await client.next();
  broker.publish("sizes", Buffer.alloc(200));
  broker.publish("sizes", Buffer.from("small"));
  assert.is(((await client.next()) as { payload?: Buffer }).payload?.toString(), "small");
  client.socket.destroy();
});

test("PUBACK comes before anything that the message brings about", async () => {
  const client = await createConnected(broker.port);
  client.send(subscribe("echo"));
  await client.next();
  client.send(publish("echo", { qos: 1, messageId: 9 }));
  assert.equal([(await client.next()).cmd, (await client.next()).cmd], ["puback", "publish"]);
  client.socket.destroy();
});

for (const alpn of ["x-amzn-mqtt-ca", "mqtt", "x-amzn-http-ca", undefined]) {
  test(`ALPN ${alpn ?? "none"} is taken`, async () => {
    const client: RawClient = await createRawClient(broker.port, 4, alpn);
    assert.is(client.socket.alpnProtocol, alpn ?? false);
    client.socket.destroy();
  });
}

test("ALPN http/1.1 is refused", async () => {
  let refused = false;
  await createRawClient(broker.port, 4, "http/1.1").catch(() => {
    refused = true;
  });
  assert.ok(refused);
});

test.run();
