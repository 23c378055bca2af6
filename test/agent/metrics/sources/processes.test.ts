import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ObjectValue } from "../../../../agent/core/option.ts";
import { processes } from "../../../../agent/metrics/sources/processes.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const host = createMemoryHost({
  "proc/1/comm": "systemd\n",
  "proc/1/cmdline": "/sbin/init\0splash\0",
  "proc/2/comm": "kthreadd\n",
  "proc/2/cmdline": "",
  "proc/310/comm": "python3\n",
  "proc/310/cmdline": "/usr/bin/python3\0/opt/plant/historian.py\0--port\0" + "4840\0",
  "proc/311/comm": "python3\n",
  "proc/311/cmdline": "/usr/bin/python3\0/tmp/x.py\0",
  "proc/312/cmdline": "gone while it was looked at",
  "proc/uptime": "1 1\n",
});

testMetricSource(processes, {
  world: { host },
  readsHost: true,
  members: { number: { process: "python3" } },
});

const test = suite("metrics: processes: details");
const read = (members: ObjectValue) => openSource(processes, "number", members, { host })();

test("by name, by command line, by both", async () => {
  assert.is(await read({ process: "python3" }), 2);
  assert.is(await read({ command_line: "*/historian.py *" }), 1);
  assert.is(await read({ process: "python3", command_line: "*/tmp/*" }), 1);
  assert.is(await read({ process: "bash" }), 0);
  assert.is(await read({}), 4);
});

test("hidden processes are no count of zero", async () => {
  const hidden = createMemoryHost({ "proc/310/comm": "fieldwarden\n" });
  const reading = openSource(processes, "number", { process: "sshd" }, { host: hidden })();
  assert.match(await reasonOf(reading), /processes of other users are hidden/);
});

test.run();
