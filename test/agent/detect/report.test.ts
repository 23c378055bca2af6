import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { datapointsOf } from "../../../agent/detect/report.ts";

const test = suite("detect: a report's datapoints");

const long = {
  header: { report_id: 1, version: "1.0" },
  metrics: {
    listening_tcp_ports: {
      ports: [{ port: 22 }, { port: 22, interface: "::" }, { port: 443 }],
      total: 9,
    },
    listening_udp_ports: { ports: [] },
    network_stats: { bytes_in: 1, bytes_out: 2, packets_in: 3 },
    tcp_connections: {
      established_connections: {
        connections: [
          { remote_addr: "10.0.0.1:80" },
          { remote_addr: "10.0.0.1:81" },
          { remote_addr: "[::1]:1" },
        ],
        total: 12,
      },
    },
  },
  custom_metrics: {
    a: [{ number: -1.5 }],
    b: [{ number_list: [1, 2] }],
    c: [{ string_list: [] }],
    d: [{ ip_list: ["10.0.0.1"] }],
  },
};
const short = {
  hed: { rid: 1, v: "1.0" },
  met: {
    tp: { pts: [{ pt: 22 }, { pt: 22, if: "::" }, { pt: 443 }], t: 9 },
    up: { pts: [] },
    ns: { bi: 1, bo: 2, pi: 3 },
    tc: { ec: { cs: [{ rad: "10.0.0.1:80" }, { rad: "10.0.0.1:81" }, { rad: "[::1]:1" }], t: 12 } },
  },
  cmet: long.custom_metrics,
};
/** As one agent in Rust sends it: short blocks, long groups, short leaves. */
const mixed = {
  hed: short.hed,
  met: {
    listening_tcp_ports: short.met.tp,
    listening_udp_ports: short.met.up,
    network_stats: short.met.ns,
    tcp_connections: short.met.tc,
  },
  cmet: short.cmet,
};

test("long, short and mixed names say the same", () => {
  const expected = {
    datapoints: [
      { metric: "aws:listening-tcp-ports", value: { ports: [22, 443] } },
      { metric: "aws:num-listening-tcp-ports", value: { count: 9 } },
      { metric: "aws:listening-udp-ports", value: { ports: [] } },
      { metric: "aws:num-listening-udp-ports", value: { count: 0 } },
      { metric: "aws:all-bytes-in", value: { count: 1 } },
      { metric: "aws:all-bytes-out", value: { count: 2 } },
      { metric: "aws:all-packets-in", value: { count: 3 } },
      { metric: "aws:destination-ip-addresses", value: { cidrs: ["10.0.0.1", "::1"] } },
      { metric: "aws:num-established-tcp-connections", value: { count: 12 } },
      { metric: "a", value: { number: -1.5 } },
      { metric: "b", value: { numbers: [1, 2] } },
      { metric: "c", value: { strings: [] } },
      { metric: "d", value: { cidrs: ["10.0.0.1"] } },
    ],
  };
  for (const report of [long, short, mixed]) assert.equal(datapointsOf(report), expected);
});

test("what the service calls malformed is told, and where", () => {
  for (const [report, problem] of [
    [[], "the report is not an object"],
    [{ header: {} }, "the report has neither metrics nor custom_metrics"],
    [{ met: { ns: { bi: -1 } } }, "bytes_in -1 is not a number of 0 or more"],
    [{ met: { tp: { pts: {} } } }, "ports is not a list"],
    [{ met: { tc: { ec: { cs: [{}] } } } }, 'remote_addr undefined is not "address:port"'],
    // The guide's own sample of a report that is rejected.
    [{ custom_metrics: { my_custom_metric: { number: 0 } } }, "my_custom_metric is not a list"],
    [{ cmet: { m: [{ number: "1" }] } }, "m 1 is not a number"],
    [{ cmet: { m: [{ text: "1" }] } }, "m has the unknown type text"],
    [
      { cmet: { m: [{ number: 1, number_list: [] }] } },
      "m should be a list of one object with one member",
    ],
    [{ cmet: { m: [{ string_list: [1] }] } }, "m has an element that is not a string"],
  ] as const) {
    assert.equal(datapointsOf(report), { problem });
  }
});

test("any JSON at all gives datapoints or a problem", () => {
  const keys = fc.constantFrom(
    "met",
    "cmet",
    "tp",
    "pts",
    "pt",
    "tc",
    "ec",
    "cs",
    "rad",
    "ns",
    "bi",
    "number",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      fc.jsonValue(),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (input) => {
      const read = datapointsOf(input);
      assert.ok("datapoints" in read || read.problem !== "");
    }),
    { numRuns: 2_000 },
  );
});

test.run();
