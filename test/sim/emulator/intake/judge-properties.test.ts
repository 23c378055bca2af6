import { Encoder } from "cbor-x";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cborProblemOf } from "../../../../sim/emulator/intake/cbor-check.ts";
import { judge } from "../../../../sim/emulator/intake/judge.ts";

const test = suite("emulator: intake: properties");
const cbor = new Encoder({ useRecords: false, variableMapSize: true });
const format = fc.constantFrom("json" as const, "cbor" as const);

// --- a generator of valid reports, in any mixture of names ---

const named = (long: string, short: string) => fc.constantFrom(long, short);
const count = fc.nat({ max: 2 ** 52 });
const port = fc.integer({ min: 1, max: 65_535 });

/** An object of these members, each of them there or not, under either name. */
function members(
  ...parts: [long: string, short: string, value: fc.Arbitrary<unknown>, required?: boolean][]
): fc.Arbitrary<Record<string, unknown>> {
  const pairs = parts.map(([long, short, value, required = false]) => {
    const pair = fc.tuple(named(long, short), value);
    return required ? pair : fc.option(pair);
  });
  return fc.tuple(...pairs).map((some) => Object.fromEntries(some.filter((one) => one !== null)));
}

const endpoint = fc.oneof(
  fc.tuple(fc.ipV4(), port).map(([ip, at]) => `${ip}:${at}`),
  fc.tuple(fc.ipV6(), port).map(([ip, at]) => `[${ip}]:${at}`),
);
const connection = members(
  ["remote_addr", "rad", endpoint, true],
  ["local_port", "lp", port],
  ["local_interface", "li", fc.string()],
);
const ports = members(
  ["ports", "pts", fc.array(members(["port", "pt", port], ["interface", "if", fc.string()]))],
  ["total", "t", count],
);
const established = members(
  ["connections", "cs", fc.array(connection, { maxLength: 4 })],
  ["total", "t", count],
);
const stats = members(
  ["bytes_in", "bi", count],
  ["bytes_out", "bo", count],
  ["packets_in", "pi", count],
  ["packets_out", "po", count],
);
const custom = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/),
  fc.oneof(
    fc.record({ number: fc.integer() }),
    fc.record({ number_list: fc.array(fc.integer()) }),
    fc.record({ string_list: fc.array(fc.stringMatching(/^[A-Za-z0-9:_\-/.]{0,9}$/)) }),
    fc.record({ ip_list: fc.array(fc.oneof(fc.ipV4(), fc.ipV6())) }),
  ),
);
const wrapped = custom.map((all) =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
);
const metrics = members(
  ["tcp_connections", "tc", members(["established_connections", "ec", established])],
  ["listening_tcp_ports", "tp", ports],
  ["listening_udp_ports", "up", ports],
  ["network_stats", "ns", stats],
);
const header = members(
  ["report_id", "rid", fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), true],
  ["version", "v", fc.constantFrom("1.0", "1.1", "1.12"), true],
);
const report = members(
  ["header", "hed", header, true],
  ["metrics", "met", metrics, true],
  ["custom_metrics", "cmet", wrapped],
);

test("every valid report is taken, in both formats alike, and nothing of it is lost", () => {
  fc.assert(
    fc.property(report, (value) => {
      const json = judge(Buffer.from(JSON.stringify(value)), "json");
      assert.ok(json.valid, JSON.stringify(json));
      assert.equal(json.notRetained, []);
      assert.equal(json.ignored, []);
      assert.is(leavesOf(json.report), leavesOf(value));
      assertSame(judge(cbor.encode(value), "cbor"), json);
    }),
    { numRuns: 100 },
  );
});

test("what is in long names now, is taken again as it is", () => {
  fc.assert(
    fc.property(report, (value) => {
      const first = judge(Buffer.from(JSON.stringify(value)), "json");
      assert.ok(first.valid);
      const again = judge(Buffer.from(JSON.stringify(first.report)), "json");
      assert.ok(again.valid);
      assertSame(again.report, first.report);
      assert.is(again.names, "long");
    }),
    { numRuns: 50 },
  );
});

test("random bytes are judged, never thrown at", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), format, (bytes, kind) => {
      assert.is(judge(bytes, kind).valid, false);
    }),
    { numRuns: 1000 },
  );
});

test("any JSON value, also with a report's names in it, is judged, never thrown at", () => {
  const key = fc.constantFrom(
    "header",
    "hed",
    "met",
    "tc",
    "ec",
    "cs",
    "cmet",
    "m",
    "number",
    "ns",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), tie("node"), fc.array(tie("tree"))),
    node: fc.dictionary(key, tie("tree")),
  }));
  const start = fc
    .tuple(tree, fc.boolean())
    .map(([value, framed]) =>
      framed ? { hed: { rid: 1, v: "1.0" }, met: value, cmet: value } : value,
    );
  fc.assert(
    fc.property(start, (value) => {
      assert.type(judge(Buffer.from(JSON.stringify(value)), "json").valid, "boolean");
      assert.type(judge(cbor.encode(value), "cbor").valid, "boolean");
    }),
    { numRuns: 300 },
  );
});

test("a report with a flipped byte is judged, never thrown at", () => {
  fc.assert(
    fc.property(report, format, fc.nat(), fc.nat(255), (value, kind, at, byte) => {
      const bytes = Buffer.from(kind === "json" ? JSON.stringify(value) : cbor.encode(value));
      bytes[at % bytes.length] = byte;
      assert.type(judge(bytes, kind).valid, "boolean");
    }),
    { numRuns: 200 },
  );
});

test("128 KB of nesting is refused, not followed", () => {
  const depth = 128 * 1024;
  assert.is(judge(Buffer.alloc(depth, "["), "json").valid, false);
  assert.is(judge(Buffer.from("[".repeat(depth / 2) + "]".repeat(depth / 2)), "json").valid, false);
  assert.match(cborProblemOf(Buffer.alloc(depth, 0x81)) ?? "", /nested deeper than 16/);
});

test("CBOR that only decoders' extras understand is refused before one sees it", () => {
  for (const [hex, reason] of [
    ["c11a514b67b0", /a tag at byte 0/],
    ["9b7fffffffffffffff", /cut off/],
    ["9affffffff00", /cut off/],
    ["a10102", /map key that is no text/],
    ["7f6161ff", /indefinite length/],
    ["1c", /no such item/],
    ["ff", /indefinite length|no such item/],
    ["a0a0", /1 bytes after the report/],
    ["fe", /no such item/],
  ] as const) {
    assert.match(cborProblemOf(Buffer.from(hex, "hex")) ?? "none", reason, hex);
  }
  assert.is(
    cborProblemOf(Buffer.from("bf61619f0102ffff", "hex")),
    null,
    "indefinite maps and lists",
  );
});

/** uvu takes a metric called "constructor" for the object's own. */
function assertSame(actual: unknown, expected: unknown): void {
  assert.is(JSON.stringify(actual), JSON.stringify(expected));
}

function leavesOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((total, one) => total + leavesOf(one), 0);
}

test.run();
