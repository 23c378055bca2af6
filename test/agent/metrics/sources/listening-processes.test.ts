import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ObjectValue } from "../../../../agent/core/option.ts";
import { listeningProcesses } from "../../../../agent/metrics/sources/listening-processes.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, testMetricSource } from "../../../contracts/metric-source.ts";

const head =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (state: string, inode: number) =>
  `   0: 00000000:0016 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0 100 0 0 10 0\n`;

const gateway = () => {
  const host = createMemoryHost({
    "proc/net/tcp": `${head}${line("0A", 101)}${line("01", 102)}${line("0A", 103)}`,
    "proc/net/tcp6": `${head}${line("0A", 104)}`,
    "proc/net/udp": `${head}${line("07", 201)}`,
    "proc/1/comm": "systemd\n",
    "proc/400/comm": "sshd\n",
    "proc/401/comm": "plc runtime\n",
    "proc/402/comm": "client\n",
    "proc/403/comm": "snmpd\n",
  });
  const open = (pid: number, file: number, target: string) =>
    host.links.set(`proc/${pid}/fd/${file}`, target);
  open(400, 0, "/dev/null");
  open(400, 3, "socket:[101]");
  open(400, 4, "socket:[104]");
  open(401, 7, "socket:[103]");
  open(402, 3, "socket:[102]");
  open(403, 3, "socket:[201]");
  return host;
};

testMetricSource(listeningProcesses, {
  world: { host: gateway() },
  readsHost: true,
  members: { "string-list": { protocols: "tcp+udp" } },
});

const test = suite("metrics: listening processes: details");
const read = (host = gateway(), members: ObjectValue = {}) =>
  openSource(listeningProcesses, "string-list", members, { host })();

test("names, once each, of those that listen; as the cloud takes them", async () => {
  assert.equal(await read(), ["plc_runtime", "sshd"]);
  assert.equal(await read(gateway(), { protocols: "tcp+udp" }), ["plc_runtime", "snmpd", "sshd"]);
});

test("a socket whose process cannot be seen is a listener all the same", async () => {
  const host = gateway();
  host.faults.set("proc/401/fd", "denied");
  assert.equal(await read(host), ["sshd", "unknown"]);
});

test("the network is process 1's where that can be read", async () => {
  const host = gateway();
  host.files.set("proc/1/net/tcp", `${head}${line("0A", 103)}`);
  host.files.set("proc/1/net/tcp6", head);
  assert.equal(await read(host), ["plc_runtime"]);
});

test.run();
