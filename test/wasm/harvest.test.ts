/** What the host takes out of the tables by and by must add up to what was said. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { commandOf } from "../../agent/traffic/conversations.ts";
import { bytesOf, host, modbus, segment } from "./frames.ts";
import { batchOf, builds, type Core, counterOf, openCore, packet } from "./harness.ts";
import { answer, ask, connection, excerptsOf, run } from "./plant-wire.ts";

const test = suite("wasm: harvest");
const gateways = builds.filter(({ name }) => name !== "nano");

const pages = {
  conversations: [abi.QUERY_CONVERSATIONS_EVICTED, abi.QUERY_CONVERSATIONS_HARVEST],
  commands: [abi.QUERY_COMMANDS_EVICTED, abi.QUERY_COMMANDS_HARVEST],
} as const;

/** Calls back with each record that the core hands over. */
function take(core: Core, table: keyof typeof pages, use: (view: DataView, at: number) => void) {
  const bytes = table === "commands" ? abi.COMMAND_RECORD_BYTES : abi.CONVERSATION_RECORD_BYTES;
  const [evicted, harvest] = pages[table];
  for (const what of [evicted, harvest]) {
    let next = 0;
    do {
      const page = core.query(what, what === harvest ? next : 0);
      const records = page.getUint32(abi.PAGE_RECORDS, true);
      for (let i = 0; i < records; i++) use(page, abi.PAGE_HEADER_BYTES + i * bytes);
      next = page.getUint32(abi.PAGE_NEXT, true);
    } while (next !== 0);
  }
}

for (const build of gateways) {
  test(`${build.name}: what is taken out now and then is everything, once`, () => {
    const core = openCore(build.instantiate());
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            from: fc.integer({ min: 1, max: 250 }),
            port: fc.integer({ min: 1000, max: 1020 }),
            code: fc.integer({ min: 1, max: 4 }),
            harvest: fc.integer({ min: 0, max: 9 }),
          }),
          { minLength: 1, maxLength: 400 },
        ),
        (sent) => {
          assert.is(core.exports.init(0), abi.OK);
          const counts = { packets: 0, requests: 0 };
          let since = 0n;
          const collect = () => {
            take(core, "conversations", (view, at) => {
              assert.ok(view.getBigUint64(at + abi.CONVERSATION_FIRST, true) >= since);
              if (view.getUint8(at + abi.CONVERSATION_KIND) !== abi.CONVERSATION_IPV4) return;
              counts.packets += view.getUint32(at + abi.CONVERSATION_PACKETS, true);
            });
            take(core, "commands", (view, at) => {
              const command = commandOf(view, at);
              assert.ok(BigInt(command.firstUs) >= since && command.firstUs <= command.lastUs);
              counts.requests += command.requestCount;
            });
          };
          sent.forEach(({ from, port, code, harvest }, i) => {
            const us = 1_000_000_000n + BigInt(i);
            const ports = { srcPort: port, dstPort: 502, seq: i * 12 };
            const message = modbus(i, 1, code, [0, 0, 0, 1]);
            core.ingest(batchOf([packet(us, segment(host(from), host(254), ports, message))]));
            if (harvest > 0) return;
            collect();
            since = us + 1n;
          });
          collect();
          assert.is(counts.packets, sent.length);
          // A sequence number that jumped without a repetition is a new stream's.
          assert.is(counts.requests, sent.length);
          collect();
          assert.is(counts.packets, sent.length);
        },
      ),
      { numRuns: build.name === "twin" ? 5 : 40 },
    );
  });

  test(`${build.name}: a record that gave all it had makes room silently`, () => {
    const core = openCore(build.instantiate());
    const frame = (from: number, to: number) =>
      segment(host(from), host(to), { srcPort: 1000 + from, dstPort: 80 });
    for (let from = 1; from < 100; from++) {
      for (let to = 100; to < 250; to++) {
        core.ingest(batchOf([packet(1_000_000_000n, frame(from, to))]));
        if (to % 50 !== 0) continue;
        take(core, "conversations", (view, at) => {
          const sent = view.getUint32(at + abi.CONVERSATION_PACKETS, true);
          assert.ok(sent + view.getUint32(at + abi.CONVERSATION_PACKETS + 4, true) > 0);
        });
      }
    }
    assert.ok(counterOf(core, abi.COUNTER_CONVERSATIONS_EVICTED) > 1000);
    assert.is(counterOf(core, abi.COUNTER_CONVERSATIONS_LOST), 0);
  });

  test(`${build.name}: excerpts that find no room are counted and come again`, () => {
    const core = openCore(build.instantiate());
    const identity = (n: number) =>
      modbus(n, 1, 43, [14, 1, 1, 0, 0, 1, 0, 200, ...Array(200).fill(n)]);
    const said = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => answer(identity(from + i)));
    run(core, connection(502, said(0, 200)));
    const kept = excerptsOf(core).length;
    assert.ok(kept > 100 && kept < 200, `${kept}`);
    assert.is(counterOf(core, abi.COUNTER_EXCERPTS_LOST), 200 - kept);
    const more = connection(502, said(0, 200)).slice(2);
    run(core, connection(502, []));
    for (const frame of more) {
      core.ingest(batchOf([packet(1_010_000_000n, frame)]));
    }
    assert.is(excerptsOf(core).length, 200 - kept);
  });

  test(`${build.name}: an excerpt says whose it is, and is cut at its longest`, () => {
    const core = openCore(build.instantiate());
    const large = bytesOf(modbus(1, 9, 90, [7, 0xfe, ...Array<number>(900).fill(3)]));
    run(core, connection(502, [ask(modbus(1, 9, 90, [7, 2])), answer(large)]));
    const page = core.query(abi.QUERY_EXCERPTS);
    const at = abi.PAGE_HEADER_BYTES;
    assert.is(page.getUint32(abi.PAGE_RECORDS, true), 1);
    assert.is(page.getUint8(at + abi.EXCERPT_KIND), abi.EXCERPT_MODBUS);
    assert.is(page.getUint8(at + abi.EXCERPT_CONVERSATION), abi.CONVERSATION_IPV4);
    assert.is(page.getUint32(at + abi.EXCERPT_SRC + 12), 0x0a000002);
    assert.is(page.getUint32(at + abi.EXCERPT_DST + 12), 0x0a000001);
    assert.is(page.getUint16(at + abi.EXCERPT_SRC_PORT, true), 502);
    assert.is(page.getUint16(at + abi.EXCERPT_DST_PORT, true), 40_000);
    assert.is(page.getUint8(at + abi.EXCERPT_SRC_MAC + 5), 2);
    assert.is(page.getUint8(at + abi.EXCERPT_DST_MAC + 5), 1);
    assert.is(page.getUint16(at + abi.EXCERPT_BYTES, true), abi.EXCERPT_BYTES_MAX);
    assert.is(page.getUint16(at + abi.EXCERPT_WHOLE_BYTES, true), large.length);
    assert.is(page.getUint32(abi.PAGE_NEXT, true), 0);
  });
}

test.run();
