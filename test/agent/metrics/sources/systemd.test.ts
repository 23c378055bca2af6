import { suite } from "uvu";
import * as assert from "uvu/assert";
import { systemd } from "../../../../agent/metrics/sources/systemd.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const populated = "populated 1\nfrozen 0\n";

/** cgroup v2: sshd runs, getty too in a slice of its own, a firewall's oneshot remains, codesys stopped. */
const unified = createMemoryHost({
  "sys/fs/cgroup/system.slice/sshd.service/cgroup.events": populated,
  "sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service/cgroup.events": populated,
  "sys/fs/cgroup/system.slice/leaving.service/cgroup.events": "populated 0\nfrozen 0\n",
});
for (const unit of ["sshd.service", "getty@tty1.service", "firewall.service", "leaving.service"]) {
  unified.links.set(`run/systemd/units/invocation:${unit}`, "5d41402abc4b2a76b9719d911017c592");
}
unified.links.set("run/systemd/units/log-extra-fields:codesys.service", "");

/** cgroup v1, with systemd's own hierarchy. */
const older = createMemoryHost({
  "sys/fs/cgroup/systemd/system.slice/sshd.service/cgroup.procs": "412\n",
  "sys/fs/cgroup/systemd/system.slice/firewall.service/cgroup.procs": "",
});
for (const unit of ["sshd.service", "firewall.service"]) {
  older.links.set(`run/systemd/units/invocation:${unit}`, "7d793037a0760186574b0282f2f435e7");
}

testMetricSource(systemd, {
  world: { host: unified },
  readsHost: true,
  members: { number: { units: ["*"] }, "string-list": { units: ["*"] } },
});

const test = suite("metrics: systemd: details");
const read = (type: "number" | "string-list", units: string[], state = "running", host = unified) =>
  openSource(systemd, type, { units, state }, { host })();

test("states of named units, and of those that a pattern finds", async () => {
  assert.equal(await read("string-list", ["sshd.service", "codesys.service", "fire*"]), [
    "codesys.service:inactive",
    "firewall.service:active",
    "sshd.service:running",
  ]);
  // The cloud takes no @.
  assert.equal(await read("string-list", ["getty@*"]), ["getty_tty1.service:running"]);
});

test("units are counted by state; running ones are active too", async () => {
  const units = ["sshd.service", "firewall.service", "codesys.service", "leaving.service"];
  assert.is(await read("number", units, "running"), 1);
  assert.is(await read("number", units, "active"), 3);
  assert.is(await read("number", units, "inactive"), 1);
});

test("cgroup version 1 says the same by the unit's processes", async () => {
  assert.equal(await read("string-list", ["*"], "running", older), [
    "firewall.service:active",
    "sshd.service:running",
  ]);
});

test("without systemd there are no states", async () => {
  const reason = await reasonOf(read("number", ["*"], "running", createMemoryHost()));
  assert.match(reason, /there is no \/run\/systemd\/units/);
});

test.run();
