import { readFileSync } from "node:fs";
import mqtt from "mqtt";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { formats } from "../../../../agent/alerts/formats/index.ts";
import { createMqttOutput } from "../../../../agent/alerts/outputs/mqtt.ts";
import type { SendResult, Transport } from "../../../../agent/core/transport.ts";
import { createMqttTransport } from "../../../../agent/transports/mqtt.ts";
import { testOutput } from "../../../contracts/alert-output.ts";
import { mqttDefaults, raiseCloud, until } from "../../../fixtures/cloud.ts";
import { findingOf, noticesOf, speaker } from "../../../fixtures/findings.ts";

const topic = "plant/gw-7/findings";
const format = formats["sns-message"];

testOutput("mqtt", async () => {
  const cloud = await raiseCloud();
  const [device, watcher] = [await cloud.identity("gw-7"), await cloud.identity("watcher")];
  const received: string[] = [];
  const client = await mqtt.connectAsync(cloud.url, {
    clientId: "watcher",
    ca: readFileSync(cloud.caFile),
    cert: readFileSync(watcher.certFile),
    key: readFileSync(watcher.keyFile),
    reconnectPeriod: 20,
  });
  client.on("error", () => {});
  client.on("message", (_, payload) => received.push(JSON.parse(String(payload)).violationId));
  await client.subscribeAsync(topic, { qos: 1 });
  const transport = createMqttTransport({
    ...mqttDefaults,
    ...device,
    url: cloud.url,
    clientId: "gw-7-alerts",
    caFile: cloud.caFile,
    addressing: { publishTopic: topic, replyTopics: [], replyOf: () => null },
  });
  await until(() => transport.status().state === "connected");
  return {
    output: createMqttOutput({ transport, topic, format, speaker }),
    received: async () => received,
    goAway: async () => {
      await cloud.goAway();
      await until(() => transport.status().state === "disconnected");
    },
    comeBack: async () => {
      await cloud.comeBack();
      await until(() => client.connected);
    },
    cleanUp: async () => {
      await transport.close();
      await client.endAsync(true);
      await cloud.cleanUp();
    },
  };
});

const test = suite("alerts: outputs: mqtt: details");

test("each of a transport's answers has its meaning here", async () => {
  let answer: SendResult = { outcome: "accepted" };
  const transport: Transport = {
    name: "mqtt",
    send: async () => answer,
    status: () => ({ state: "connected", endpoint: "mqtts://b", detail: "", counts: noCounts }),
    traffic: () => null,
    close: async () => {},
  };
  const output = createMqttOutput({ transport, topic, format, speaker });
  const [notice] = noticesOf([findingOf(1)]);
  const meaningOf = (result: SendResult) => {
    answer = result;
    return output.deliver(notice!);
  };
  assert.is(output.endpoint, "mqtts://b plant/gw-7/findings");
  assert.equal(await meaningOf({ outcome: "rejected", code: "x", reason: "no" }), {
    outcome: "refused",
    reason: "no",
  });
  assert.equal(await meaningOf({ outcome: "throttled", reason: "slow" }), {
    outcome: "unreachable",
    reason: "slow",
  });
});

const noCounts = {
  messagesSent: 0,
  messagesReceived: 0,
  bytesSent: 0,
  bytesReceived: 0,
  connectionAttempts: 0,
  connectionFailures: 0,
  disconnects: 0,
};

test.run();
