import { Encoder } from "cbor-x";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Judgement, judge } from "../../../../sim/emulator/intake/judge.ts";

const test = suite("emulator: intake: judge");
const cbor = new Encoder({ useRecords: false, variableMapSize: true });

/** As JSON; and, where it can be, as CBOR, which must be judged alike. */
function judged(report: unknown): Judgement {
  const json = judge(Buffer.from(JSON.stringify(report)), "json");
  assert.equal(judge(cbor.encode(report), "cbor"), json);
  return json;
}

const header = { report_id: 1_530_304_554, version: "1.0" };
const stats = { network_stats: { bytes_in: 1, bytes_out: 2, packets_in: 3, packets_out: 4 } };
const withMetrics = (metrics: unknown) => ({ header, metrics });
const withCustom = (metric: unknown) => ({ header, custom_metrics: { m: metric } });
const withConnection = (connection: unknown) =>
  withMetrics({ tcp_connections: { established_connections: { connections: [connection] } } });
const withPort = (port: unknown) => withMetrics({ listening_tcp_ports: { ports: [port] } });

// --- what is taken ---

const long = {
  header,
  metrics: {
    tcp_connections: {
      established_connections: {
        connections: [
          { remote_addr: "192.0.2.1:80", local_port: 0, local_interface: "eth0" },
          { remote_addr: "[2001:db8::1]:443" },
        ],
        total: 2,
      },
    },
    listening_tcp_ports: { ports: [{ port: 22, interface: "0.0.0.0" }], total: 1 },
    listening_udp_ports: { ports: [], total: 0 },
    network_stats: { bytes_in: 1, bytes_out: 2, packets_in: 3, packets_out: 4 },
  },
};
const short = {
  hed: { rid: 1_530_304_554, v: "1.0" },
  met: {
    tc: {
      ec: {
        cs: [{ rad: "192.0.2.1:80", lp: 0, li: "eth0" }, { rad: "[2001:db8::1]:443" }],
        t: 2,
      },
    },
    tp: { pts: [{ pt: 22, if: "0.0.0.0" }], t: 1 },
    up: { pts: [], t: 0 },
    ns: { bi: 1, bo: 2, pi: 3, po: 4 },
  },
};

test("long and short names say the same", () => {
  const [a, b] = [judged(long), judged(short)];
  assert.ok(a.valid && b.valid);
  assert.equal(a.report, long);
  assert.equal(b.report, long);
  assert.equal([a.names, b.names], ["long", "short"]);
});

test("names may be mixed at every level, as rustot sends them", () => {
  const report = {
    hed: { rid: 7, v: "1.1" },
    met: { listening_tcp_ports: { pts: [{ pt: 22, interface: "eth0" }], total: 1 } },
    cmet: { m: [{ number: 1 }] },
  };
  const result = judged(report);
  assert.ok(result.valid);
  assert.is(result.names, "mixed");
  assert.equal(result.report, {
    header: { report_id: 7, version: "1.1" },
    metrics: { listening_tcp_ports: { ports: [{ port: 22, interface: "eth0" }], total: 1 } },
    custom_metrics: { m: [{ number: 1 }] },
  });
});

const taken: [string, object][] = [
  ["metrics alone", withMetrics(stats)],
  ["empty metrics", withMetrics({})],
  ["custom metrics alone", withCustom([{ number: -1.5 }])],
  ["an id of one", { ...withMetrics(stats), header: { report_id: 1, version: "1.0" } }],
  ["an id in milliseconds", { ...withMetrics(stats), header: { ...header, report_id: 1.8e12 } }],
  ["a later minor version", { ...withMetrics(stats), header: { ...header, version: "1.200" } }],
];
for (const [what, report] of taken) {
  test(`${what} is taken`, () => assert.ok(judged(report).valid));
}

test("members that the format does not have are named, not refused", () => {
  const result = judged({ ...withMetrics({ ...stats, cpu: 1 }), extra: {} });
  assert.ok(result.valid);
  assert.equal(result.ignored, ["metrics.cpu", "extra"]);
  assert.equal(result.report, withMetrics(stats));
});

// --- what is refused, and where it says so ---

const id = header.report_id;
const refused: [string, unknown, number | null, RegExp][] = [
  ["a list", [], null, /^the report is not an object/],
  ["a text", "report", null, /^the report is not an object/],
  ["null", null, null, /^the report is not an object/],
  ["a header that is none", { header: 1, metrics: {} }, null, /^header is not an object/],
  [
    "an id of zero",
    { header: { report_id: 0, version: "1.0" }, metrics: {} },
    null,
    /report_id is 0/,
  ],
  [
    "a negative id",
    { header: { report_id: -1, version: "1.0" }, metrics: {} },
    null,
    /report_id is -1/,
  ],
  ["half an id", { header: { report_id: 1.5, version: "1.0" }, metrics: {} }, null, /whole number/],
  [
    "an id as text",
    { header: { report_id: "1", version: "1.0" }, metrics: {} },
    null,
    /not a number/,
  ],
  ["no id", { header: { version: "1.0" }, metrics: {} }, null, /^header.report_id is missing/],
  ["no version", { header: { report_id: 1 }, metrics: {} }, null, /^header.version is missing/],
  ["version 1", { header: { report_id: 1, version: "1" }, metrics: {} }, null, /version "1.x"/],
  [
    "a numeric version",
    { header: { report_id: 1, version: 1.5 }, metrics: {} },
    null,
    /version "1.x"/,
  ],
  ["version 2.0", { header: { report_id: 1, version: "2.0" }, metrics: {} }, null, /version "1.x"/],
  ["neither metrics", { header }, id, /neither metrics nor custom_metrics/],
  ["a header twice", { header, hed: {}, metrics: {} }, null, /^header is there twice/],
  ["metrics twice", { header, metrics: {}, met: {} }, id, /^metrics is there twice/],
  ["metrics of a list", { header, metrics: [] }, id, /^metrics is not an object/],
  [
    "custom metrics of a list",
    { header, custom_metrics: [] },
    id,
    /^custom_metrics is not an object/,
  ],
  [
    "a connection without its end",
    withConnection({ local_port: 1 }),
    id,
    /connections\[0\].remote_addr is missing/,
  ],
  ["an end as number", withConnection({ remote_addr: 1 }), id, /ip:port/],
  ["an end without port", withConnection({ remote_addr: "192.0.2.1" }), id, /ip:port/],
  ["an end with a name", withConnection({ remote_addr: "host:80" }), id, /ip:port/],
  ["IPv6 without brackets", withConnection({ remote_addr: "2001:db8::1:80" }), id, /ip:port/],
  ["IPv6 with a zone", withConnection({ remote_addr: "[fe80::1%eth0]:80" }), id, /ip:port/],
  ["a remote port of 65536", withConnection({ remote_addr: "192.0.2.1:65536" }), id, /ip:port/],
  [
    "a local port below 0",
    withConnection({ remote_addr: "192.0.2.1:1", local_port: -1 }),
    id,
    /local_port is -1/,
  ],
  ["an interface as number", withPort({ port: 1, interface: 1 }), id, /interface is not a string/],
  ["port 0", withPort({ port: 0 }), id, /ports\[0\].port is 0/],
  ["port 65536", withPort({ port: 65_536 }), id, /ports\[0\].port is 65536/],
  ["half a port", withPort({ port: 1.5 }), id, /whole number/],
  ["a port as text", withPort({ port: "22" }), id, /port is not a number/],
  [
    "ports of an object",
    withMetrics({ listening_udp_ports: { ports: {} } }),
    id,
    /ports is not a list/,
  ],
  ["a total below 0", withMetrics({ listening_udp_ports: { total: -1 } }), id, /total is -1/],
  ["bytes below 0", withMetrics({ network_stats: { bytes_in: -1 } }), id, /bytes_in is -1/],
  [
    "bytes of null",
    withMetrics({ network_stats: { bytes_in: null } }),
    id,
    /bytes_in is not a number/,
  ],
  [
    "a metric without its list",
    withCustom({ number: 0 }),
    id,
    /^custom_metrics.m is not a list of one/,
  ],
  ["a metric of nothing", withCustom([]), id, /is not a list of one/],
  ["a metric of two", withCustom([{ number: 0 }, { number: 1 }]), id, /is not a list of one/],
  ["a metric of two types", withCustom([{ number: 0, ip_list: [] }]), id, /has not one of number/],
  ["a metric of no type", withCustom([{}]), id, /has not one of number/],
  ["a metric of another type", withCustom([{ toString: 1 }]), id, /has not one of number/],
  ["a number as text", withCustom([{ number: "0" }]), id, /m.number is not a number/],
  [
    "a number list of one number",
    withCustom([{ number_list: 0 }]),
    id,
    /number_list is not a list of numbers/,
  ],
  [
    "a number list with text",
    withCustom([{ number_list: [0, "1"] }]),
    id,
    /is not a list of numbers/,
  ],
  [
    "a string list with numbers",
    withCustom([{ string_list: [0] }]),
    id,
    /is not a list of strings/,
  ],
  ["an ip list with numbers", withCustom([{ ip_list: [0] }]), id, /is not a list of strings/],
];
for (const [what, report, reportId, reason] of refused) {
  test(`${what} is refused`, () => {
    const result = judged(report);
    assert.ok(!result.valid);
    assert.is(result.errorCode, "InvalidPayload");
    assert.is(result.reportId, reportId);
    assert.match(result.reason, reason);
  });
}

test("no header has its own code", () => {
  for (const report of [{}, { metrics: {} }]) {
    const result = judged(report);
    assert.ok(!result.valid);
    assert.equal([result.errorCode, result.reportId], ["MissingHeader", null]);
  }
});

test("bytes that are not of the format are refused with the reason", () => {
  for (const [bytes, format, reason] of [
    ["", "json", /^not JSON/],
    ["{", "json", /^not JSON/],
    [Buffer.from([0x22, 0xff, 0x22]), "json", /^not JSON/],
    ["", "cbor", /^CBOR: cut off/],
    [JSON.stringify(long), "cbor", /^CBOR/],
  ] as const) {
    const result = judge(Buffer.from(bytes), format);
    assert.ok(!result.valid);
    assert.match(result.reason, reason);
  }
});

// --- what is taken but not retained ---

const values: [object, RegExp | null][] = [
  [{ number: 123_456_789_012_345 }, null],
  [{ number: -1.23456789012345e-7 }, null],
  [{ number: 1e21 }, null],
  [{ number: 1_234_567_890_123_456 }, /1234567890123456 has more than 15 significant digits/],
  [{ number: 0.1 + 0.2 }, /15 significant digits/],
  [{ number_list: [] }, null],
  [{ number_list: [1, 0.1 + 0.2] }, /15 significant digits/],
  [{ string_list: ["value_1", "a-Z:/.", ""] }, null],
  [{ string_list: ["ok", "not ok"] }, /"not ok" has characters/],
  [{ string_list: ["ä"] }, /"ä" has characters/],
  [{ ip_list: ["172.0.0.0", "2001:db8::1"] }, null],
  [{ ip_list: ["172.0.0.0:80"] }, /"172.0.0.0:80" is not an IPv4 or IPv6 address alone/],
  [{ ip_list: ["10.0.0.0/8"] }, /is not an IPv4/],
  [{ ip_list: ["fe80::1%eth0"] }, /is not an IPv4/],
];
for (const [value, reason] of values) {
  test(`${JSON.stringify(value)} is ${reason === null ? "retained" : "taken, not retained"}`, () => {
    const result = judged(withCustom([value]));
    assert.ok(result.valid);
    assert.equal(result.report.custom_metrics, reason === null ? { m: [value] } : {});
    assert.is(result.notRetained.length, reason === null ? 0 : 1);
    if (reason !== null) assert.match(result.notRetained[0]!.reason, reason);
  });
}

test("names that CreateCustomMetric refuses are taken, not retained", () => {
  for (const metric of ["aws:num-disconnects", "with space", "", "x".repeat(129)]) {
    const result = judged({ header, custom_metrics: { [metric]: [{ number: 1 }] } });
    assert.ok(result.valid);
    assert.equal(
      result.notRetained.map((one) => one.metric),
      [metric.slice(0, 128)],
    );
  }
});

test("a metric may be called __proto__ and changes nothing else", () => {
  const json = '{"header":{"report_id":1,"version":"1.0"},"cmet":{"__proto__":[{"number":1}]}}';
  const result = judge(Buffer.from(json), "json");
  assert.equal(judge(cbor.encode(JSON.parse(json)), "cbor"), result);
  assert.ok(result.valid);
  assert.equal(Object.keys(result.report.custom_metrics ?? {}), ["__proto__"]);
  assert.is(Object.getPrototypeOf(result.report.custom_metrics), Object.prototype);
});

test.run();
