import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { problemsOf, withoutProblems } from "../../../agent/defender/check.ts";
import { buildReport } from "../../../agent/defender/report.ts";
import { connection, windowOf } from "../../fixtures/window.ts";

const test = suite("defender: report");
const build = (options: Partial<Parameters<typeof buildReport>[0]> = {}) =>
  buildReport({
    id: 7,
    window: windowOf(),
    limits: { portsMax: 100, connectionsMax: 100 },
    knownPeers: new Set(),
    isCustom: () => true,
    custom: {},
    ...options,
  });

test("a window becomes a document in Device Defender's long names", () => {
  const { header, metrics } = build();
  assert.equal(header, { report_id: 7, version: "1.0" });
  assert.equal(metrics?.listening_udp_ports, {
    ports: [{ port: 47808, interface: "0.0.0.0" }],
    total: 1,
  });
  assert.is(metrics?.network_stats?.bytes_in, 29_358_693_495);
  const { connections, total } = metrics!.tcp_connections!.established_connections;
  assert.is(total, 4);
  assert.ok(connections.some((one) => one.remote_addr === "[2001:db8::1]:55555"));
});

test("what could not be known is left out, not zero", () => {
  const { metrics, custom_metrics: custom } = build({
    window: windowOf({ network: null, sockets: null, gauges: [], deltas: [] }),
  });
  assert.is(metrics, undefined);
  assert.is(custom, undefined);
});

test("a cut list keeps what is open to the network, and its total stays exact", () => {
  const { metrics } = build({ limits: { portsMax: 2, connectionsMax: 100 } });
  assert.equal(metrics?.listening_tcp_ports, {
    ports: [
      { port: 22, interface: "0.0.0.0" },
      { port: 22, interface: "::" },
    ],
    total: 4,
  });
});

test("cut connections keep unknown peers first, then one of every peer", () => {
  const { metrics } = build({
    limits: { portsMax: 1, connectionsMax: 2 },
    knownPeers: new Set(["10.0.0.9"]),
  });
  const { connections, total } = metrics!.tcp_connections!.established_connections;
  assert.equal(
    connections.map((one) => one.remote_addr),
    ["[2001:db8::1]:55555", "10.0.0.9:40001"],
  );
  assert.is(total, 4);
});

test("the order in which sockets were found does not change a report", () => {
  const ports = fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { maxLength: 30 });
  fc.assert(
    fc.property(ports, fc.nat(1000), (remotePorts, seed) => {
      const found = remotePorts.map((port) =>
        connection("10.0.0.7", 502, `10.0.0.${port % 7}`, port),
      );
      const shuffled = [...found].sort(
        (a, b) => ((a.remotePort * seed) % 101) - ((b.remotePort * seed) % 101),
      );
      const reportOf = (established: typeof found) =>
        build({
          window: windowOf({ sockets: { listeningTcp: [], listeningUdp: [], established } }),
          limits: { portsMax: 5, connectionsMax: 5 },
        });
      assert.equal(reportOf(shuffled), reportOf(found));
    }),
  );
});

test("readings become custom metrics under names that the service takes", () => {
  const { custom_metrics: custom } = build({ isCustom: (name) => name.startsWith("disk") });
  assert.equal(custom, { "disk_available_bytes:_var": [{ number: 123_456_789_012 }] });
});

test("numbers go up with the 15 digits that the service keeps", () => {
  const { custom_metrics: custom } = build({
    window: windowOf({ gauges: [{ name: "ratio", label: null, value: 2 / 3 }], deltas: [] }),
  });
  assert.equal(custom, { ratio: [{ number: 0.666666666666667 }] });
});

test("our reports have no problems", () => {
  assert.equal(problemsOf(build()), []);
});

test("each rule of the format is noticed with its path", () => {
  const report = build();
  const broken = structuredClone(report) as unknown as Record<string, Record<string, unknown>>;
  broken.header = { report_id: 0, version: "one" };
  broken.metrics!.network_stats = { bytes_in: -1, bytes_out: 1.5 };
  broken.custom_metrics = {
    "aws:mine": [{ number: 1 }],
    pi: [{ number: Math.PI }],
    words: [{ string_list: ["fine", "not fine"] }],
    peers: [{ ip_list: ["10.0.0.1:80"] }],
    good: [{ number_list: [1, 2, 3] }],
  };
  const problems = problemsOf(broken as never);
  assert.equal(
    problems.map(({ path }) => path),
    [
      "header.report_id",
      "header.version",
      "metrics.network_stats.bytes_in",
      "metrics.network_stats.bytes_out",
      "custom_metrics.aws:mine",
      "custom_metrics.pi",
      "custom_metrics.words",
      "custom_metrics.peers",
    ],
  );
  const kept = withoutProblems(broken as never, problems);
  assert.equal(kept.custom_metrics, { good: [{ number_list: [1, 2, 3] }] } as never);
});

test("a report of nothing is a problem", () => {
  assert.equal(problemsOf({ header: { report_id: 1, version: "1.0" } }), [
    { path: "", reason: "neither metrics nor custom_metrics" },
  ]);
});

test.run();
