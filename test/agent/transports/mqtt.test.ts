import { readFileSync } from "node:fs";
import mqtt from "mqtt";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Clock } from "../../../agent/core/clock.ts";
import { addressingOf, DEFENDER_TOPIC } from "../../../agent/defender/topics.ts";
import { createMqttTransport, type MqttTransportOptions } from "../../../agent/transports/mqtt.ts";
import { testTransport } from "../../contracts/transport.ts";
import { mqttDefaults, raiseCloud, until } from "../../fixtures/cloud.ts";

type Cloud = Awaited<ReturnType<typeof raiseCloud>>;

const transportTo = async (
  cloud: Cloud,
  topic: string,
  changes: Partial<MqttTransportOptions> = {},
) => {
  const { certFile, keyFile } = await cloud.identity("gw-7");
  return createMqttTransport({
    ...mqttDefaults,
    url: cloud.url,
    clientId: "gw-7",
    caFile: cloud.caFile,
    certFile,
    keyFile,
    addressing: addressingOf(topic, "gw-7", "json"),
    ...changes,
  });
};
const connected = (transport: { status(): { state: string } }) =>
  until(() => transport.status().state === "connected");
const reportOf = (id: number) => ({
  id,
  bytes: new TextEncoder().encode(
    JSON.stringify({
      header: { report_id: id, version: "1.0" },
      metrics: { network_stats: { bytes_in: 1, bytes_out: 2, packets_in: 3, packets_out: 4 } },
    }),
  ),
});

for (const protocol of ["3.1.1", "5"] as const) {
  testTransport(`mqtt ${protocol}`, async () => {
    const cloud = await raiseCloud();
    const watcher = await cloud.identity("watcher");
    const received: Uint8Array[] = [];
    const client = await mqtt.connectAsync(cloud.url, {
      clientId: "watcher",
      ca: readFileSync(cloud.caFile),
      cert: readFileSync(watcher.certFile),
      key: readFileSync(watcher.keyFile),
      reconnectPeriod: 0,
    });
    client.on("message", (_, payload) => received.push(payload));
    await client.subscribeAsync("plant/reports/#", { qos: 1 });
    const transport = await transportTo(cloud, "plant/reports/{thing}", { protocol });
    await connected(transport);
    return {
      transport,
      received: async () => {
        await until(() => received.length >= transport.status().counts.messagesSent);
        return received;
      },
      goAway: async () => {
        await cloud.goAway();
        await until(() => transport.status().state === "disconnected");
      },
      cleanUp: async () => {
        await transport.close();
        await client.endAsync(true);
        await cloud.cleanUp();
      },
    };
  });
}

const test = suite("transports: mqtt: details");

test("Device Defender's answers: accepted, throttled, rejected", async () => {
  const cloud = await raiseCloud({ minIntervalS: 3600 });
  const transport = await transportTo(cloud, DEFENDER_TOPIC);
  await connected(transport);
  assert.equal(await transport.send(reportOf(1)), { outcome: "accepted" });
  assert.is((await transport.send(reportOf(2))).outcome, "throttled");
  const rejected = await transport.send({ id: 3, bytes: new TextEncoder().encode('{"header":1}') });
  assert.is(rejected.outcome, "rejected");
  const { messagesSent, messagesReceived } = transport.status().counts;
  assert.equal([messagesSent, messagesReceived], [3, 3]);
  await transport.close();
  await cloud.cleanUp();
});

test("it comes back by itself when the broker does, and counts what happened", async () => {
  const cloud = await raiseCloud();
  const transport = await transportTo(cloud, DEFENDER_TOPIC);
  await connected(transport);
  await cloud.goAway();
  await until(() => transport.status().counts.connectionFailures > 0);
  assert.match(transport.status().detail, /broker is down/);
  await cloud.comeBack();
  await connected(transport);
  assert.equal(await transport.send(reportOf(1)), { outcome: "accepted" });
  const { disconnects, connectionAttempts } = transport.status().counts;
  assert.is(disconnects, 1);
  assert.ok(connectionAttempts >= 3);
  await transport.close();
  await cloud.cleanUp();
});

test("it counts what the cloud counts of this connection, by topic", async () => {
  const cloud = await raiseCloud();
  const transport = await transportTo(cloud, DEFENDER_TOPIC, {
    dimensions: [
      { name: "reports", filters: ["$aws/things/+/defender/metrics/#"] },
      { name: "rest", filters: ["plant/#"] },
    ],
  });
  assert.ok(transport.traffic()!.disconnectedMs >= 0);
  await connected(transport);
  const sizes: number[] = [];
  for (const id of [1, 2]) {
    sizes.push(reportOf(id).bytes.length);
    await transport.send(reportOf(id));
  }
  const traffic = transport.traffic()!;
  const counted = {
    messagesSent: 2,
    messagesReceived: 2,
    sizesSent: sizes,
    authorizationFailures: 0,
  };
  const uncounted = { ...counted, messagesSent: 0, messagesReceived: 0, sizesSent: [] };
  assert.equal(traffic.scopes, {
    "": counted,
    "IN reports": counted,
    "NOT_IN reports": uncounted,
    "IN rest": uncounted,
    "NOT_IN rest": counted,
  });
  assert.equal(
    [traffic.connectionAttempts, traffic.connects, traffic.disconnects, traffic.disconnectedMs],
    [1, 1, 0, 0],
  );
  assert.is(traffic.sourceAddress, "127.0.0.1");
  await cloud.goAway();
  await until(() => (transport.traffic()?.disconnectedMs ?? 0) > 0);
  assert.is(transport.traffic()?.disconnects, 1);
  await transport.close();
  await cloud.cleanUp();
});

test("a wrong CA, a missing key and an expired certificate say what is wrong", async () => {
  const [cloud, other] = [await raiseCloud(), await raiseCloud()];
  const longAgo: Clock = { wallMs: () => Date.UTC(1980, 0), monotonicMs: () => 0 };
  const expired = await cloud.identity("old", longAgo);
  const expectations: [Partial<MqttTransportOptions>, RegExp][] = [
    [{ caFile: other.caFile }, /not signed by mqtt_ca_file/],
    [{ keyFile: "/nowhere/key.pem" }, /ENOENT.*nowhere\/key\.pem/],
    [expired, /this device's certificate/],
  ];
  for (const [index, [changes, meaning]] of expectations.entries()) {
    const { certFile, keyFile } = await cloud.identity(`gw-${index}`);
    const transport = createMqttTransport({
      ...mqttDefaults,
      url: cloud.url,
      clientId: `gw-${index}`,
      caFile: cloud.caFile,
      certFile,
      keyFile,
      addressing: addressingOf(DEFENDER_TOPIC, "gw-7", "json"),
      ...changes,
    });
    await until(() => transport.status().state === "disconnected");
    assert.match(transport.status().detail, meaning);
    assert.is((await transport.send(reportOf(1))).outcome, "unreachable");
    await transport.close();
  }
  await cloud.cleanUp();
  await other.cleanUp();
});

test.run();
