/** What MQTT 5 has beside 3.1.1. */
import { connect as connectNow, type IClientOptions, type IPublishPacket } from "mqtt";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createConnected } from "../raw-client.ts";
import { inboxOf, startBroker, tlsOptions } from "../support.ts";

const test = suite("emulator: broker: MQTT 5 features");
let broker: Awaited<ReturnType<typeof startBroker>>;
test.before(async () => {
  broker = await startBroker();
});
test.after(() => broker.close());

const options = (clientId: string, more: IClientOptions = {}): IClientOptions => ({
  protocolVersion: 5,
  clientId,
  ...more,
});

test("No Local keeps a client's own messages from it", async () => {
  const client = await broker.connect(options("own"));
  const other = await broker.connect(options("other"));
  const inbox = inboxOf(client);
  await client.subscribeAsync("n/l", { qos: 1, nl: true });
  await client.publishAsync("n/l", "own", { qos: 1 });
  await other.publishAsync("n/l", "other", { qos: 1 });
  assert.is((await inbox.next()).payload, "other");
  await Promise.all([client.endAsync(), other.endAsync()]);
});

test("Retain As Published shows the flag; without it a live message has none", async () => {
  const client = await broker.connect(options("rap"));
  const inbox = inboxOf(client);
  await client.subscribeAsync("r/1", { qos: 1, rap: true });
  await client.subscribeAsync("r/2", { qos: 1 });
  await client.publishAsync("r/1", "", { qos: 1, retain: true });
  await client.publishAsync("r/2", "", { qos: 1, retain: true });
  assert.equal([(await inbox.next()).retain, (await inbox.next()).retain], [true, false]);
  await client.endAsync();
});

test("Retain Handling: always, for a new subscription, never", async () => {
  const client = await broker.connect(options("rh"));
  const inbox = inboxOf(client);
  await client.publishAsync("rh", "kept", { qos: 1, retain: true });
  await client.subscribeAsync("rh", { qos: 0, rh: 2 });
  await client.subscribeAsync("rh", { qos: 0, rh: 1 });
  await client.publishAsync("rh", "live", { qos: 0 });
  assert.is((await inbox.next()).payload, "live");
  await client.subscribeAsync("rh", { qos: 0, rh: 0 });
  assert.is((await inbox.next()).payload, "kept");
  await client.unsubscribeAsync("rh");
  await client.subscribeAsync("rh", { qos: 0, rh: 1 });
  assert.is((await inbox.next()).payload, "kept");
  await client.endAsync();
});

test("a topic alias stands for its topic", async () => {
  const client = await createConnected(broker.port, 5, { clientId: "alias" });
  client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "al/ias", qos: 0 }] });
  await client.next();
  const packet = { cmd: "publish", payload: "x", qos: 0, dup: false, retain: false } as const;
  client.send({ ...packet, topic: "al/ias", properties: { topicAlias: 8 } });
  client.send({ ...packet, topic: "", properties: { topicAlias: 8 } });
  const got = [await client.next(), await client.next()].map(
    (one) => (one as IPublishPacket).topic,
  );
  assert.equal(got, ["al/ias", "al/ias"]);
  client.socket.destroy();
});

test("a message that waits too long is not sent; one in time says what is left", async () => {
  const lasting = options("expiry", { clean: false, properties: { sessionExpiryInterval: 600 } });
  const before = await broker.connect(lasting);
  await before.subscribeAsync("ex", { qos: 1 });
  await before.endAsync();
  const from = await broker.connect(options("from"));
  const within = (messageExpiryInterval: number) => ({
    qos: 1 as const,
    properties: { messageExpiryInterval },
  });
  await from.publishAsync("ex", "short", within(10));
  await from.publishAsync("ex", "long", within(60));
  broker.clock.advance(15_000);
  const after = connectNow(`mqtts://127.0.0.1:${broker.port}`, { ...tlsOptions, ...lasting });
  const [payload, packet] = await new Promise<[Buffer, IPublishPacket]>((resolve) =>
    after.once("message", (_topic, bytes, got) => resolve([bytes, got])),
  );
  assert.is(payload.toString(), "long");
  assert.is(packet.properties?.messageExpiryInterval, 45);
  await Promise.all([from.endAsync(), after.endAsync()]);
});

// --- wills ---

const willOptions = (clientId: string, delayS: number, clean = true): IClientOptions =>
  options(clientId, {
    clean,
    properties: { sessionExpiryInterval: 100 },
    will: {
      topic: `wills/${clientId}`,
      payload: Buffer.from("will"),
      qos: 1,
      properties: { willDelayInterval: delayS },
    },
  });

async function watch() {
  const watcher = await broker.connect(options("watcher"));
  await watcher.subscribeAsync("wills/#", { qos: 1 });
  return { watcher, inbox: inboxOf(watcher) };
}

async function lose(connectOptions: IClientOptions): Promise<void> {
  const client = await broker.connect(connectOptions);
  const { clientId } = connectOptions;
  client.stream.destroy();
  while (broker.clients().some((one) => one.clientId === clientId)) {
    await new Promise(setImmediate);
  }
}

test("a will waits for its delay", async () => {
  const { watcher, inbox } = await watch();
  await lose(willOptions("delayed", 20));
  broker.clock.advance(19_000);
  broker.tick();
  await watcher.publishAsync("wills/mark", "not yet", { qos: 1 });
  broker.clock.advance(1_000);
  broker.tick();
  assert.is((await inbox.next()).payload, "not yet");
  assert.is((await inbox.next()).topic, "wills/delayed");
  await watcher.endAsync();
});

test("a will is not sent when its client comes back in time, but when its session ends", async () => {
  const { watcher, inbox } = await watch();
  await lose(willOptions("back", 20));
  const back = await broker.connect(options("back", { clean: false }));
  await back.endAsync();
  await lose(willOptions("anew", 20));
  const anew = await broker.connect(options("anew", { clean: true }));
  await anew.endAsync();
  broker.clock.advance(50_000);
  broker.tick();
  await watcher.publishAsync("wills/mark", "end", { qos: 1 });
  assert.equal(
    [(await inbox.next()).topic, (await inbox.next()).topic],
    ["wills/anew", "wills/mark"],
  );
  await watcher.endAsync();
});

test("a client may say goodbye and ask for its will", async () => {
  const { watcher, inbox } = await watch();
  const client = await broker.connect(willOptions("asking", 0));
  await client.endAsync({ reasonCode: 0x04 });
  assert.is((await inbox.next()).topic, "wills/asking");
  await watcher.endAsync();
});

test("a goodbye may end the session, but not prolong one that was to end", async () => {
  const lasting = options("ending", { clean: false, properties: { sessionExpiryInterval: 600 } });
  const client = await broker.connect(lasting);
  await client.subscribeAsync("x", { qos: 1 });
  await client.endAsync({ properties: { sessionExpiryInterval: 0 } });
  const again = await createConnected(broker.port, 5, { clientId: "ending", clean: false });
  assert.is((again.packets[0] as { sessionPresent?: boolean }).sessionPresent, false);
  again.send({ cmd: "disconnect", properties: { sessionExpiryInterval: 600 } });
  assert.is(((await again.next()) as { reasonCode?: number }).reasonCode, 0x82);
  await again.ended;
});

test.run();
