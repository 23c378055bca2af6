/** Conversations against sums that the test makes itself, whatever the tables had to give up on the way. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import type { Conversation } from "../../agent/traffic/conversations.ts";
import { ACK, bytesOf, ethernet, FIN, host, RST, SYN, segment } from "./frames.ts";
import { batchOf, builds, counterOf, createRandom, openCore, packet } from "./harness.ts";
import { createConversationLedger } from "./ledger.ts";
import { conversationsOf, evictedOf } from "./tables.ts";

const test = suite("wasm: conversations");
const gateways = builds.filter(({ name }) => name !== "nano");
const [a, b] = [host(1), host(2)];
const start = 10n ** 15n;

function ipOf(conversations: Conversation[]): Conversation[] {
  return conversations.filter(({ kind }) => kind.startsWith("ip"));
}

for (const build of builds) {
  test(`${build.name}: the first sender began, and a SYN+ACK answers`, () => {
    // The nano knows nothing of answers, and counts neither payload, FIN nor RST.
    const isNano = build.name === "nano";
    for (const [flags, answers] of [
      [SYN, false],
      [ACK, false],
      [SYN | ACK, !isNano],
    ] as const) {
      const core = openCore(build.instantiate());
      const there = segment(a, b, { srcPort: 40_000, dstPort: 502, flags }, bytesOf(1, 2, 3));
      const back = segment(b, a, { srcPort: 502, dstPort: 40_000, flags: FIN | RST | ACK });
      core.ingest(batchOf([packet(start, there), packet(start + 5n, back)]));
      const [one] = ipOf(conversationsOf(core));
      assert.is(one?.initiator.port, answers ? 502 : 40_000);
      assert.is(one?.initiator.address, answers ? "10.0.0.2" : "10.0.0.1");
      const turn = (pair: number[]) => (answers ? pair.reverse() : pair);
      assert.equal(one?.packets, [1, 1]);
      assert.equal(one?.bytes, turn([there.length, back.length]));
      assert.equal(one?.payloadBytes, isNano ? [0, 0] : turn([3, 0]));
      const ends = isNano ? 0 : 1;
      assert.equal(
        [one?.synCount, one?.finCount, one?.rstCount],
        [flags === SYN ? 1 : 0, ends, ends],
      );
      assert.equal([one?.firstUs, one?.lastUs], [Number(start), Number(start) + 5]);
    }
  });

  test(`${build.name}: an end that speaks to itself is one conversation`, () => {
    const core = openCore(build.instantiate());
    const land = segment(a, a, { srcPort: 7, dstPort: 7 });
    core.ingest(batchOf([packet(start, land), packet(start, land)]));
    assert.equal(ipOf(conversationsOf(core))[0]?.packets, [2, 0]);
  });

  test(`${build.name}: frames without IP belong to their MAC addresses`, () => {
    const core = openCore(build.instantiate());
    const frame = ethernet(a, b, 0x8892, bytesOf(1, 2, 3));
    core.ingest(batchOf([packet(start, frame), packet(start, ethernet(b, a, 0x8892, bytesOf(1)))]));
    const [one] = conversationsOf(core);
    assert.equal(
      [one?.kind, one?.initiator.address, one?.responder.address, one?.packets],
      ["link", "02:00:00:00:00:01", "02:00:00:00:00:02", [1, 1]],
    );
  });

  test(`${build.name}: a packet before the window still counts for its conversation`, () => {
    const core = openCore(build.instantiate());
    const frame = segment(a, b, { srcPort: 1, dstPort: 2 });
    core.ingest(batchOf([packet(start, frame), packet(start - 10n ** 9n, frame)]));
    assert.is(counterOf(core, abi.COUNTER_LATE), 1);
    assert.equal(ipOf(conversationsOf(core))[0]?.packets, [2, 0]);
  });
}

test("nano: the conversation that was silent longest makes room", () => {
  const core = openCore(builds[1]!.instantiate());
  const hello = (srcPort: number, us: bigint) =>
    core.ingest(batchOf([packet(us, segment(a, b, { srcPort, dstPort: 502 }))]));
  for (let port = 1; port <= 40; port++) hello(port, start + BigInt(port));
  hello(1, start + 100n);
  hello(41, start + 101n);
  assert.is(counterOf(core, abi.COUNTER_CONVERSATIONS_EVICTED), 1);
  const ports = conversationsOf(core).map(({ initiator }) => initiator.port);
  assert.equal([ports.length, ports.includes(1), ports.includes(2)], [40, true, false]);
});

for (const build of gateways) {
  const numRuns = build.name === "twin" ? 2 : 8;

  test(`${build.name}: nothing is lost of thousands of conversations to a host that collects`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 100, max: 6000 }), (seed, ends) => {
        const core = openCore(build.instantiate());
        const random = createRandom(seed);
        const ledger = createConversationLedger();
        const sums = new Map<string, number[]>();
        for (let batch = 0; batch < 30; batch++) {
          const records = Array.from({ length: 256 }, () => {
            const port = 1000 + (random() % ends);
            const there = random() % 2 === 0;
            const data = new Uint8Array(random() % 9);
            const fields = there
              ? { srcPort: port, dstPort: 502 }
              : { srcPort: 502, dstPort: port };
            const frame = segment(there ? a : b, there ? b : a, fields, data);
            const sum = sums.get(`${port}`) ?? [0, 0, 0, 0];
            sums.set(`${port}`, sum);
            const way = there ? 0 : 2;
            sum[way]! += 1;
            sum[way + 1]! += frame.length;
            return packet(start + BigInt(batch), frame);
          });
          core.ingest(batchOf(records));
          ledger.add(evictedOf(core));
        }
        const all = ledger.with(conversationsOf(core));
        for (const one of ipOf(all)) {
          const isThere = one.responder.port === 502;
          const port = isThere ? one.initiator.port : one.responder.port;
          const own = isThere ? 0 : 1;
          assert.equal(
            [one.packets[own], one.bytes[own], one.packets[1 - own], one.bytes[1 - own]],
            sums.get(`${port}`),
          );
          sums.delete(`${port}`);
        }
        assert.is(sums.size, 0);
        const link = all.find(({ kind }) => kind === "link")!;
        assert.is(link.packets[0] + link.packets[1], 30 * 256);
        assert.is(counterOf(core, abi.COUNTER_CONVERSATIONS_LOST), 0);
      }),
      { numRuns },
    );
  });

  test(`${build.name}: what nobody collects is counted`, () => {
    const core = openCore(build.instantiate());
    for (let port = 1; port < 60_000; port += 500) {
      const records = Array.from({ length: 500 }, (_, i) =>
        packet(start, segment(a, b, { srcPort: port + i, dstPort: 9 })),
      );
      core.ingest(batchOf(records));
    }
    const evicted = counterOf(core, abi.COUNTER_CONVERSATIONS_EVICTED);
    const lost = counterOf(core, abi.COUNTER_CONVERSATIONS_LOST);
    assert.is(evictedOf(core).length, evicted - lost);
    assert.is(conversationsOf(core).length + evicted, 60_001);
  });

  test(`${build.name}: counts do not wrap at 4 GiB`, () => {
    const core = openCore(build.instantiate());
    const frame = segment(a, b, { srcPort: 1, dstPort: 2 });
    const batch = batchOf(Array.from({ length: 700 }, () => packet(start, frame, 65_535)));
    const ledger = createConversationLedger();
    for (let round = 0; round < 100; round++) {
      core.ingest(batch);
      ledger.add(evictedOf(core));
    }
    for (const one of ledger.with(conversationsOf(core))) {
      assert.equal([one.packets[0], one.bytes[0]], [70_000, 70_000 * 65_535]);
    }
  });

  test(`${build.name}: a conversation whose frames take another way counts for both`, () => {
    const core = openCore(build.instantiate());
    const router = { ...b, mac: [2, 0, 0, 0, 0, 99] };
    const fields = { srcPort: 1, dstPort: 2 };
    core.ingest(batchOf([b, router, b].map((to) => packet(start, segment(a, to, fields)))));
    const links = conversationsOf(core).filter(({ kind }) => kind === "link");
    assert.equal(links.map(({ packets }) => packets[0]).sort(), [1, 2]);
  });
}

test.run();
