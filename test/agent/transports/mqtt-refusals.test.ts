import { type AddressInfo, createServer } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Transport } from "../../../agent/core/transport.ts";
import { createMqttTransport } from "../../../agent/transports/mqtt.ts";
import { mqttDefaults, until } from "../../fixtures/cloud.ts";

const test = suite("transports: mqtt: refusals");

/** A broker of one connection at a time that answers each packet as it is told. */
async function raiseBroker(protocolVersion: 4 | 5, answer: (packet: Packet) => Packet | null) {
  const server = createServer((socket) => {
    const packets = parser({ protocolVersion });
    packets.on("packet", (packet) => {
      const reply = answer(packet);
      if (reply !== null) socket.write(generate(reply, { protocolVersion }));
    });
    socket.on("error", () => {});
    socket.on("data", (bytes) => packets.parse(bytes));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const granted: Packet = { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false };

/** The failures within all topics, within "plant/#" and outside of it, once there is one. */
async function failuresOf(
  protocol: "3.1.1" | "5",
  answer: (packet: Packet) => Packet | null,
  use: (transport: Transport) => Promise<unknown> = async () => {},
): Promise<number[]> {
  const broker = await raiseBroker(protocol === "5" ? 5 : 4, answer);
  const transport = createMqttTransport({
    ...mqttDefaults,
    protocol,
    url: broker.url,
    clientId: "gw-7",
    caFile: "",
    certFile: "",
    keyFile: "",
    dimensions: [{ name: "plant", filters: ["plant/#"] }],
    addressing: {
      publishTopic: "plant/reports",
      replyTopics: ["$aws/accepted", "plant/rejected"],
      replyOf: () => null,
    },
    // One try is enough: the next is further away than the test lasts.
    backoff: { nextMs: () => 60_000, reset: () => {} },
  });
  const failures = () =>
    ["", "IN plant", "NOT_IN plant"].map(
      (key) => transport.traffic()!.scopes[key]!.authorizationFailures,
    );
  await use(transport);
  await until(() => failures()[0]! > 0);
  const counted = failures();
  await transport.close();
  await broker.close();
  return counted;
}

test("a connection that is refused", async () => {
  for (const returnCode of [4, 5]) {
    const refuse = (): Packet => ({ cmd: "connack", returnCode, sessionPresent: false });
    assert.equal(await failuresOf("3.1.1", refuse), [1, 0, 0]);
  }
  const refuse = (): Packet => ({ cmd: "connack", reasonCode: 0x87, sessionPresent: false });
  assert.equal(await failuresOf("5", refuse), [1, 0, 0]);
});

test("a subscription that is refused, each filter by itself", async () => {
  for (const [protocol, code] of [
    ["3.1.1", 0x80],
    ["5", 0x87],
  ] as const) {
    const answer = (packet: Packet): Packet | null => {
      if (packet.cmd === "connect") return granted;
      if (packet.cmd !== "subscribe") return null;
      return { cmd: "suback", messageId: packet.messageId!, granted: [1, code] };
    };
    assert.equal(await failuresOf(protocol, answer), [1, 1, 0]);
  }
});

test("a publication that is refused, and a connection that is ended for it", async () => {
  const answer = (packet: Packet): Packet | null => {
    if (packet.cmd === "connect") return granted;
    if (packet.cmd === "subscribe") {
      return { cmd: "suback", messageId: packet.messageId!, granted: [1, 1] };
    }
    if (packet.cmd !== "publish") return null;
    return { cmd: "puback", messageId: packet.messageId!, reasonCode: 0x87 };
  };
  const send = async (transport: Transport) => {
    await until(() => transport.status().state === "connected");
    await transport.send({ id: 1, bytes: new Uint8Array([1]) });
  };
  assert.equal(await failuresOf("5", answer, send), [1, 1, 0]);
  const endInstead = (packet: Packet): Packet | null =>
    packet.cmd === "publish" ? { cmd: "disconnect", reasonCode: 0x87 } : answer(packet);
  assert.equal(await failuresOf("5", endInstead, send), [1, 0, 0]);
});

test("closing waits for no acknowledgement that never comes", async () => {
  const broker = await raiseBroker(4, ({ cmd }) => (cmd === "connect" ? granted : null));
  const transport = createMqttTransport({
    ...mqttDefaults,
    url: broker.url,
    clientId: "gw-7",
    caFile: "",
    certFile: "",
    keyFile: "",
    addressing: { publishTopic: "plant/reports", replyTopics: [], replyOf: () => null },
  });
  await until(() => transport.status().state === "connected");
  const sent = transport.send({ id: 1, bytes: new Uint8Array([1]) });
  await transport.close();
  assert.is((await sent).outcome, "unreachable");
  await broker.close();
});

test.run();
