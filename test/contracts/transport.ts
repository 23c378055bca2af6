import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Transport } from "../../agent/core/transport.ts";

/** A transport with the real other end of it. */
export interface TransportUnderTest {
  transport: Transport;
  /** Bodies that arrived at the other end, in order. */
  received(): Promise<Uint8Array[]>;
  /** Takes the other end away, so that nothing can be delivered any more. */
  goAway(): Promise<void>;
  cleanUp(): Promise<void>;
}

/** What every transport promises. */
export function testTransport(name: string, create: () => Promise<TransportUnderTest>): void {
  const test = suite(`transports: ${name}: contract`);
  const bodies = [{ a: 1 }, { text: "ü\\n" }].map((value) =>
    new TextEncoder().encode(JSON.stringify(value)),
  );

  test("what it says was accepted has arrived, unchanged and in order", async () => {
    const { transport, received, cleanUp } = await create();
    for (const [index, bytes] of bodies.entries()) {
      assert.equal(await transport.send({ id: index + 1, bytes }), { outcome: "accepted" });
    }
    assert.equal((await received()).map(textOf), bodies.map(textOf));
    const { state, counts } = transport.status();
    assert.is(state, "connected");
    assert.is(counts.messagesSent, bodies.length);
    assert.ok(counts.bytesSent >= bodies.reduce((sum, bytes) => sum + bytes.length, 0));
    await cleanUp();
  });

  test("with the other end away a send is unreachable and says why, in words", async () => {
    const { transport, goAway, cleanUp } = await create();
    await goAway();
    const result = await transport.send({ id: 1, bytes: bodies[0]! });
    assert.is(result.outcome, "unreachable");
    assert.ok("reason" in result && result.reason.length > 0);
    assert.is(transport.status().state, "disconnected");
    assert.ok(transport.status().detail.length > 0);
    await cleanUp();
  });

  test("closing ends, also after the other end is away, also twice", async () => {
    const { transport, goAway, cleanUp } = await create();
    await goAway();
    await transport.close();
    await transport.close();
    await cleanUp();
  });

  test.run();
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
