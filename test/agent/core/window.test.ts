import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createCounters } from "../../../agent/core/counters.ts";
import { createWindowBuilder } from "../../../agent/core/window.ts";

const test = suite("core: window");
const at = (second: number) => ({ wallMs: 1_000_000 + second * 1000, monotonicMs: second * 1000 });
const createBuilder = () =>
  createWindowBuilder({
    start: at(0),
    counters: createCounters("boot", null),
    isWatched: (name) => name !== "lo",
  });

const specs = {
  network_receive_bytes: { kind: "counters", unit: "bytes", help: "", label: "interface" },
  network_interface_index: { kind: "gauges", unit: "index", help: "", label: "interface" },
  load1: { kind: "gauge", unit: "tasks", help: "" },
} as const;
const reading = (eth0: number, lo: number, index = 2) => ({
  network_receive_bytes: new Map([
    ["eth0", eth0],
    ["lo", lo],
  ]),
  network_interface_index: new Map([["eth0", index]]),
  load1: 0.5,
});

test("growth is summed over the watched interfaces", () => {
  const builder = createBuilder();
  builder.add(specs, reading(100, 9));
  assert.is(builder.close(at(0), null).network, null);
  builder.add(specs, reading(150, 9000));
  const window = builder.close(at(300), null);
  assert.equal(window.network, { bytesIn: 50, bytesOut: 0, packetsIn: 0, packetsOut: 0 });
  assert.is(window.durationMs, 300_000);
  assert.equal(window.gauges, [{ name: "load1", label: null, value: 0.5 }]);
});

test("an interface made anew in the window has no growth yet", () => {
  const builder = createBuilder();
  builder.add(specs, reading(100, 9));
  builder.close(at(0), null);
  builder.add(specs, reading(150, 9, 3));
  assert.is(builder.close(at(300), null).network, null);
});

test("what was not collected is null, and nothing stays from the window before", () => {
  const builder = createBuilder();
  builder.add(specs, reading(100, 9));
  builder.addProblem({ collector: "sockets", reason: "denied" });
  assert.is(builder.close(at(300), null).problems.length, 1);
  const next = builder.close(at(600), null);
  assert.equal([next.sockets, next.network, next.gauges, next.problems], [null, null, [], []]);
});

test("the CPUs' busy share is derived from the growth of their modes", () => {
  const cpu = {
    cpu_seconds: { kind: "counters", unit: "seconds", help: "", label: "mode" },
  } as const;
  const modes = (user: number, idle: number, iowait: number) => ({
    cpu_seconds: new Map(Object.entries({ user, idle, iowait })),
  });
  const builder = createBuilder();
  builder.add(cpu, modes(10, 100, 5));
  assert.equal(builder.close(at(0), null).gauges, []);
  builder.add(cpu, modes(11, 102, 6));
  assert.equal(builder.close(at(1), null).gauges, [
    { name: "cpu_busy_ratio", label: null, value: 0.25 },
  ]);
});

test.run();
