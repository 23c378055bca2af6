/**
 * The built agent reads custom metrics from what really is on this machine: Debian's node exporter and
 * pymodbus, programs, /proc. Its report is compared with what other tools say, and judged by the
 * emulator's intake.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { until } from "../fixtures/cloud.ts";

const test = suite<{ folder: string; children: ChildProcess[] }>("e2e: custom metrics");

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "fieldwarden-metrics-"));
  context.children = [];
});
test.after(({ folder, children }) => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Registers 0 to 3 are 100, 200, 300, 400; 10 and 11 are 123456.789; coils 0 to 7 are 1 0 1 1 0 0 0 1. */
const modbusServer = `
import sys
from pymodbus.datastore import ModbusSequentialDataBlock as Block
from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
holding = Block(0, [100, 200, 300, 400, 0, 0, 0, 0, 0, 0, 0x47F1, 0x2065] + [0] * 50)
coils = Block(0, [1, 0, 1, 1, 0, 0, 0, 1] + [0] * 50)
unit = ModbusSlaveContext(di=coils, co=coils, hr=holding, ir=holding, zero_mode=True)
StartTcpServer(context=ModbusServerContext(slaves=unit, single=True), address=("127.0.0.1", int(sys.argv[1])))
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const isListening = (port: number) =>
  execFileSync("ss", ["-ltnH", `sport = :${port}`])
    .toString()
    .trim() !== "";

/** The report's custom metrics, and what the agent said on stderr. */
function reportOf(config: string): { custom: Record<string, unknown>; log: string } {
  const child = ["build/agent/main.js", "report", "--once", "--sample-s", "0", "--config", config];
  const log = join(config, "../stderr");
  const body = execFileSync("/bin/sh", [
    "-c",
    `exec "$0" "$@" 2>${log}`,
    process.execPath,
    ...child,
  ]);
  const { custom_metrics } = JSON.parse(body.toString());
  const custom = Object.entries<[object]>(custom_metrics).map(([name, [value]]) => [
    name,
    Object.values(value)[0],
  ]);
  return { custom: Object.fromEntries(custom), log: execFileSync("cat", [log]).toString() };
}

test("registers, samples, programs and files say what they hold", async ({ folder, children }) => {
  const [modbusPort, exporterPort] = [await freePort(), await freePort()];
  children.push(
    spawn("/usr/bin/python3", ["-c", modbusServer, String(modbusPort)], { stdio: "ignore" }),
    spawn("prometheus-node-exporter", [`--web.listen-address=127.0.0.1:${exporterPort}`], {
      stdio: "ignore",
    }),
  );
  await until(() => isListening(modbusPort) && isListening(exporterPort), 20_000);
  const config = join(folder, "gateway.yaml");
  const modbus = `type: number, source: modbus, host: 127.0.0.1, port: ${modbusPort}`;
  const exporter = `type: number, source: prometheus, url: "http://127.0.0.1:${exporterPort}/metrics"`;
  writeFileSync(
    config,
    `metrics:
  - {name: pressure, ${modbus}, address: 10, format: f32}
  - {name: speeds, ${modbus.replace("number", "number-list")}, address: 0, count: 4, scale: 0.1}
  - {name: doors, ${modbus.replace("number", "number-list")}, table: coil, address: 0, count: 8}
  - {name: nowhere, ${modbus}, address: 60000}
  - {name: exporter_up, ${exporter}, metric: node_exporter_build_info}
  - {name: scrapes, ${exporter}, metric: node_scrape_collector_success, labels: [collector=cpu]}
  - {name: boot_time, ${exporter}, metric: node_boot_time_seconds}
  - {name: kernel, type: string-list, source: command, command: /bin/uname, args: [-r, -s], regex: "[\\\\w.-]+"}
  - {name: nodes, type: number, source: processes, process: python3, command_line: "*StartTcpServer*"}
  - {name: hosts, type: ip-address-list, source: file, path: /etc/hosts, regex: "^([0-9.]+)\\\\s"}
  - {name: slow, type: number, source: command, command: /bin/sleep, args: ["30"], timeout_s: 1}
metrics_commands: [/bin/uname, /bin/sleep]
metrics_ready: [kernel_tainted, listening_processes]
custom_metrics: []
`,
  );
  const { custom, log } = reportOf(config);
  const release = execFileSync("uname", ["-r"]).toString().trim();
  assert.equal(custom.pressure, Number(Math.fround(123456.789).toPrecision(15)));
  assert.equal(custom.speeds, [10, 20, 30, 40]);
  assert.equal(custom.doors, [1, 0, 1, 1, 0, 0, 0, 1]);
  assert.is(custom.exporter_up, 1);
  assert.is(custom.scrapes, 1);
  const [, bootTime] = /^btime (\d+)$/m.exec(execFileSync("cat", ["/proc/stat"]).toString())!;
  assert.is(custom.boot_time, Number(bootTime));
  assert.equal(custom.kernel, ["Linux", release]);
  assert.is(custom.nodes, 1);
  assert.ok((custom.hosts as string[]).includes("127.0.0.1"));
  const tainted = execFileSync("cat", ["/proc/sys/kernel/tainted"]).toString();
  assert.is(custom.kernel_tainted, Number(tainted));
  assert.not.ok("slow" in custom || "nowhere" in custom);
  assert.match(log, /metrics: slow.*(took longer than its time limit|no reading within 1 s)/);
  assert.match(log, /metrics: nowhere.*Code 2/);
});

test("listening processes are those that ss names", async ({ folder }) => {
  const config = join(folder, "gateway.yaml");
  writeFileSync(config, "metrics_ready: [listening_processes]\ncustom_metrics: []\n");
  const { custom } = reportOf(config);
  const listed = execFileSync("ss", ["-ltnpH"]).toString().trim().split("\n");
  const names = new Set<string>();
  for (const line of listed) {
    const first = /users:\(\("([^"]+)"/.exec(line)?.[1] ?? "unknown";
    names.add(first.replace(/[^a-zA-Z0-9:_\-/.]/g, "_"));
  }
  const ours = custom.listening_processes as string[];
  assert.ok(ours.includes("python3") && ours.includes("prometheus-node"), String(ours));
  // Others start and stop servers on this machine meanwhile: what we name, ss can name too.
  for (const name of ["python3", "prometheus-node"]) assert.ok(names.has(name), name);
});

test("setuid files of this machine's /usr are those that find finds", async ({ folder }) => {
  const config = join(folder, "gateway.yaml");
  const usr = execFileSync("find", ["/usr/bin", "-xdev", "-type", "f", "-perm", "/6000"]);
  const paths = usr.toString().trim().split("\n").sort();
  const mine = join(folder, "planted");
  execFileSync("cp", ["/bin/true", mine]);
  execFileSync("chmod", ["4755", mine]);
  assert.ok(paths.length > 3);
  // A first walk takes what is there for good, so a report of one reading has nothing new.
  writeFileSync(
    config,
    `metrics: [{name: suid, type: string-list, source: new-setuid-files, folders: [/usr/bin, "${folder}"]}]
custom_metrics: []
`,
  );
  assert.equal(reportOf(config).custom.suid, []);
});

test.run();
