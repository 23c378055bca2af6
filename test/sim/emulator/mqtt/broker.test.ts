import { connect as connectNow, type IClientOptions } from "mqtt";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { closed, inboxOf, startBroker, tlsOptions } from "../support.ts";

for (const protocolVersion of [4, 5] as const) {
  const test = suite(`emulator: broker: MQTT ${protocolVersion === 4 ? "3.1.1" : "5"}`);
  const options = (clientId: string, more: IClientOptions = {}): IClientOptions => ({
    protocolVersion,
    clientId,
    ...more,
  });
  let broker: Awaited<ReturnType<typeof startBroker>>;
  test.before(async () => {
    broker = await startBroker();
  });
  test.after(() => broker.close());

  test("a message goes to everyone whose filter meets its topic, once, at the lower QoS", async () => {
    const from = await broker.connect(options("from"));
    const to = await broker.connect(options("to"));
    const inbox = inboxOf(to);
    await to.subscribeAsync({ "plant/+/temp": { qos: 0 }, "plant/#": { qos: 1 } });
    await from.publishAsync("plant/a/temp", "1", { qos: 1 });
    await from.publishAsync("plant/a", "2", { qos: 0 });
    await from.publishAsync("other", "not for it", { qos: 1 });
    await from.publishAsync("plant/b", "3", { qos: 1 });
    const got = [await inbox.next(), await inbox.next(), await inbox.next()];
    assert.equal(
      got.map(({ topic, payload, qos }) => [topic, payload, qos]),
      [
        ["plant/a/temp", "1", 1],
        ["plant/a", "2", 0],
        ["plant/b", "3", 1],
      ],
    );
    assert.is(inbox.all.length, 3);
    await Promise.all([from.endAsync(), to.endAsync()]);
  });

  test("unsubscribed means silent", async () => {
    const client = await broker.connect(options("silent"));
    const inbox = inboxOf(client);
    await client.subscribeAsync(["a/1", "a/2"]);
    await client.unsubscribeAsync("a/1");
    await client.publishAsync("a/1", "no", { qos: 1 });
    await client.publishAsync("a/2", "yes", { qos: 1 });
    assert.is((await inbox.next()).payload, "yes");
    await client.endAsync();
  });

  test("# meets neither the level above nor the service's topics, as at AWS IoT", async () => {
    const client = await broker.connect(options("wild"));
    const inbox = inboxOf(client);
    await client.subscribeAsync(["sensor/#", "#"]);
    broker.publish("$aws/test/event", Buffer.from("no"));
    await client.unsubscribeAsync("#");
    await client.publishAsync("sensor", "no", { qos: 1 });
    await client.publishAsync("sensor/1", "yes", { qos: 1 });
    assert.is((await inbox.next()).payload, "yes");
    await client.endAsync();
  });

  test("a message to the service is acknowledged and comes to no subscriber", async () => {
    const client = await broker.connect(options("reserved"));
    const inbox = inboxOf(client);
    await client.subscribeAsync(["$aws/test/topic", "done"]);
    await client.publishAsync("$aws/test/topic", "for the service", { qos: 1, retain: true });
    await client.publishAsync("done", "", { qos: 1 });
    assert.is((await inbox.next()).topic, "done");
    assert.is(broker.reserved.at(-1)?.payload.toString(), "for the service");
    await client.subscribeAsync("$aws/test/topic");
    assert.is(inbox.all.length, 1, "nothing retained on a topic of the service");
    await client.endAsync();
  });

  test("a retained message comes to a later subscriber of that very topic", async () => {
    const client = await broker.connect(options("retain"));
    const inbox = inboxOf(client);
    await client.publishAsync("state/pump", "on", { qos: 1, retain: true });
    await client.subscribeAsync("state/+");
    await client.subscribeAsync("state/pump", { qos: 1 });
    assert.equal(await inbox.next(), {
      topic: "state/pump",
      payload: "on",
      qos: 1,
      retain: true,
    });
    await client.unsubscribeAsync(["state/+", "state/pump"]);
    await client.publishAsync("state/pump", "", { qos: 1, retain: true });
    await client.subscribeAsync(["state/pump", "done"]);
    await client.publishAsync("done", "", { qos: 1 });
    assert.is((await inbox.next()).topic, "done", "an empty payload has removed it");
    assert.is(inbox.all.length, 2);
    await client.endAsync();
  });

  test("a second connection with the same client id ends the first", async () => {
    const first = await broker.connect(options("twice"));
    const codes: unknown[] = [];
    first.on("disconnect", ({ reasonCode }) => codes.push(reasonCode));
    const over = closed(first);
    const second = await broker.connect(options("twice"));
    await over;
    if (protocolVersion === 5) assert.equal(codes, [0x8e]);
    await second.publishAsync("still/here", "", { qos: 1 });
    await second.endAsync();
  });

  test("a persistent session keeps its subscriptions and what was missed at QoS 1", async () => {
    const lasting = options("lasting", {
      clean: false,
      ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: 600 } } : {}),
    });
    const before = await broker.connect(lasting);
    await before.subscribeAsync("news", { qos: 1 });
    await before.endAsync();
    const from = await broker.connect(options("author"));
    await from.publishAsync("news", "missed", { qos: 1 });
    await from.publishAsync("news", "dropped", { qos: 0 });
    await from.publishAsync("news", "missed, too", { qos: 1 });
    const { client: after, inbox, present } = await reconnect(lasting);
    assert.is(present, true);
    assert.equal(
      [(await inbox.next()).payload, (await inbox.next()).payload],
      ["missed", "missed, too"],
    );
    await after.endAsync();
    broker.clock.advance(3_601_000);
    broker.tick();
    const late = await reconnect(lasting);
    assert.is(late.present, false, "an hour is the longest a session waits");
    await Promise.all([late.client.endAsync(), from.endAsync()]);
  });

  async function reconnect(connectOptions: IClientOptions) {
    // Listens before the CONNACK, which the missed messages follow at once.
    const client = connectNow(`mqtts://127.0.0.1:${broker.port}`, {
      ...tlsOptions,
      ...connectOptions,
    });
    const inbox = inboxOf(client);
    const present = await new Promise<boolean>((resolve) =>
      client.once("connect", ({ sessionPresent }) => resolve(sessionPresent)),
    );
    return { client, inbox, present };
  }

  test("a client that only listens is given up after one and a half keep-alives", async () => {
    const client = await broker.connect(
      options("quiet", { keepalive: 60, reschedulePings: false }),
    );
    const watcher = await broker.connect(options("watcher", { keepalive: 1200 }));
    const over = closed(client);
    broker.clock.advance(89_000);
    broker.tick();
    assert.ok(broker.clients().some(({ clientId }) => clientId === "quiet"));
    await watcher.publishAsync("x", "", { qos: 1 });
    broker.clock.advance(2_000);
    broker.tick();
    await over;
    assert.equal(
      broker.clients().map(({ clientId }) => clientId),
      ["watcher"],
    );
    await watcher.endAsync();
  });

  test("a will is sent for a lost connection, not after a goodbye", async () => {
    const watcher = await broker.connect(options("watcher"));
    const inbox = inboxOf(watcher);
    await watcher.subscribeAsync("wills/#", { qos: 1 });
    const will = { topic: "wills/a", payload: Buffer.from("lost"), qos: 1 as const };
    const polite = await broker.connect(options("polite", { will: { ...will, topic: "wills/b" } }));
    await polite.endAsync();
    const lost = await broker.connect(options("lost", { will }));
    lost.stream.destroy();
    assert.equal(await inbox.next(), { topic: "wills/a", payload: "lost", qos: 1, retain: false });
    await watcher.endAsync();
  });

  test.run();
}
