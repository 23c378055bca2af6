import { execFileSync } from "node:child_process";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("e2e: a report in CBOR, read by another library");

/** Decodes with Debian's python3-cbor2 and prints JSON. */
const decoder = "import cbor2, json, sys; json.dump(cbor2.load(sys.stdin.buffer), sys.stdout)";

/** The guide's short names, written here a second time. */
const shortNames: Readonly<Record<string, string>> = {
  header: "hed",
  report_id: "rid",
  version: "v",
  metrics: "met",
  custom_metrics: "cmet",
  tcp_connections: "tc",
  established_connections: "ec",
  connections: "cs",
  remote_addr: "rad",
  local_port: "lp",
  local_interface: "li",
  total: "t",
  listening_tcp_ports: "tp",
  listening_udp_ports: "up",
  ports: "pts",
  port: "pt",
  interface: "if",
  network_stats: "ns",
  bytes_in: "bi",
  bytes_out: "bo",
  packets_in: "pi",
  packets_out: "po",
};

const shortened = (value: unknown, key = ""): unknown => {
  if (Array.isArray(value)) return value.map((item) => shortened(item));
  if (typeof value !== "object" || value === null || key === "custom_metrics") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      shortNames[name] ?? name,
      shortened(member, name),
    ]),
  );
};

const reportOf = (...args: string[]) =>
  execFileSync(process.execPath, [
    ...["build/agent/main.js", "report", "--once", "--sample-s", "0"],
    ...["--root", "test/fixtures/host/modern-gateway", "--custom-metrics", "load1,memory_*"],
    ...args,
  ]);

test("CBOR with short names is the same document as JSON with long names", () => {
  const long = JSON.parse(reportOf("--format", "json", "--names", "long").toString());
  const input = reportOf("--format", "cbor", "--names", "short");
  const short = JSON.parse(execFileSync("/usr/bin/python3", ["-c", decoder], { input }).toString());
  assert.ok(Math.abs(short.hed.rid - long.header.report_id) <= 60);
  short.hed.rid = long.header.report_id;
  assert.equal(short, shortened(long));
  assert.ok(long.metrics.listening_tcp_ports.total > 0);
  assert.ok(Object.keys(long.custom_metrics).length > 0);
});

test.run();
