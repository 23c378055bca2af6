import fc from "fast-check";
import { generate } from "mqtt-packet";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createDecoder, encode, messagePropertiesOf } from "../../../../sim/emulator/mqtt/codec.ts";

const test = suite("emulator: codec");

const publish = generate(
  {
    cmd: "publish",
    topic: "a/b",
    payload: "x",
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
    properties: {
      payloadFormatIndicator: true,
      messageExpiryInterval: 70_000,
      contentType: "t",
      responseTopic: "r",
      correlationData: Buffer.from("c"),
      userProperties: { a: ["1", "2"], b: "3" },
    },
  },
  { protocolVersion: 5 },
);
const connect = generate({
  cmd: "connect",
  protocolId: "MQTT",
  protocolVersion: 5,
  clientId: "c",
  clean: true,
});

test("what decodes as a PUBLISH with lawful properties can be sent on", () => {
  let sentOn = 0;
  const change = fc.tuple(fc.nat(publish.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(publish);
      for (const [at, byte] of changes) bytes[at] = byte;
      const decoder = createDecoder();
      decoder.decode(connect);
      const decoded = decoder.decode(bytes);
      if ("problem" in decoded || decoded.packet.cmd !== "publish") return;
      const { topic, payload } = decoded.packet;
      const properties = messagePropertiesOf(decoded.packet.properties);
      if (properties === null || topic === "") return;
      const out = encode(
        { cmd: "publish", topic, payload, qos: 0, dup: false, retain: false, properties },
        5,
      );
      assert.ok(out.length > topic.length);
      sentOn++;
    }),
    { numRuns: 2000 },
  );
  assert.ok(sentOn > 50);
});

test("any user property comes through, also one called __proto__", () => {
  const text = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), (pairs) => {
      const names = new Set(pairs.map(([name]) => name));
      const userProperties = Object.fromEntries([...pairs, ["__proto__", "x"]]);
      const packet = { cmd: "publish", topic: "t", payload: "", qos: 0 } as const;
      const rest = { dup: false, retain: false, properties: { userProperties } };
      const decoder = createDecoder();
      decoder.decode(connect);
      const decoded = decoder.decode(generate({ ...packet, ...rest }, { protocolVersion: 5 }));
      assert.ok("packet" in decoded && decoded.packet.cmd === "publish");
      const properties = messagePropertiesOf(decoded.packet.properties);
      assert.ok(properties !== null);
      const out = encode({ ...packet, ...rest, properties }, 5);
      for (const name of names) assert.ok(out.includes(Buffer.from(name)));
    }),
  );
});

test("bytes of any kind are a packet or a problem, never a throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.boolean(), (bytes, first) => {
      const decoder = createDecoder();
      if (!first) decoder.decode(connect);
      // A whole frame, as framing hands it out: the length is what follows.
      bytes[1] = bytes.length - 2;
      const decoded = decoder.decode(Buffer.from(bytes));
      assert.ok("packet" in decoded || decoded.problem !== "");
    }),
    { numRuns: 3000 },
  );
});

test.run();
