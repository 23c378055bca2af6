/**
 * The firmware kit as C: on Cortex-M in QEMU and on this machine it answers as the core does in V8, to
 * the bit; what the core may do wrong stays inside. Needs gcc-arm-none-eabi, libnewlib-arm-none-eabi,
 * qemu-system-arm and a C compiler for this machine.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { boards, COMPILE } from "../../scripts/wasm/boards.ts";
import { buildForHost, readRun } from "../../scripts/wasm/device.ts";
import { faultsOf, prepareFirmware, tryBoard } from "../../scripts/wasm/firmware.ts";
import { kitSources, writeKit } from "../../scripts/wasm/kit.ts";
import type { Trace } from "../../scripts/wasm/traces.ts";

const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

interface Prepared {
  folder: string;
  traces: Map<string, Trace>;
}

const test = suite<Prepared>("e2e: firmware kit");

test.before((prepared) => {
  prepared.folder = mkdtempSync(join(tmpdir(), "fieldwarden-firmware-"));
  prepared.traces = prepareFirmware(prepared.folder);
});

test.after(({ folder }) => rmSync(folder, { recursive: true }));

for (const board of boards) {
  test(`${board.name}: answers as V8 does, within its flash, memory and instructions`, (prepared) => {
    const result = tryBoard(prepared.folder, board, prepared.traces);
    assert.equal(faultsOf(result), []);
    assert.ok(result.stackBytes > 100 && result.stackBytes < 1024, `stack ${result.stackBytes}`);
  });
}

test("this machine, with address and undefined-behaviour sanitizers, answers as V8 does", (prepared) => {
  const program = join(prepared.folder, "host");
  buildForHost(prepared.folder, program, SANITIZE);
  const run = readRun(execFileSync(program, { encoding: "utf8" }));
  for (const [name, { golden }] of prepared.traces) {
    assert.fixture(run.transcripts.get(name) ?? "", golden, name);
  }
  assert.ok(run.figures.get("snapshot_bytes")! > 0);
});

test("a compiler that contracts a * b + c is found out at the start", (prepared) => {
  const options = ["-ffp-contract=fast", "-mfma"];
  if (process.arch !== "x64" || !/\bfma\b/.test(readFileSync("/proc/cpuinfo", "utf8"))) return;
  const program = join(prepared.folder, "contracting");
  buildForHost(prepared.folder, program, options);
  const run = readRun(execFileSync(program, { encoding: "utf8" }));
  assert.match(run.transcripts.get("plant")!, /^-65\n/);
});

test("a trap of any kind is an error until the next init; lengths are checked before a byte is copied", ({
  folder,
}) => {
  const kit = join(folder, "trap-kit");
  writeKit(kit, moduleOf(folder, "trapping.wat"));
  const program = join(folder, "trap");
  execFileSync("cc", [
    ...["-O2", ...COMPILE, ...SANITIZE, "-I", kit, "-o", program],
    ...[fileURLToPath(new URL("kit-trap.c", import.meta.url))],
    ...kitSources.map((file) => join(kit, file)),
    "-lm",
  ]);
  const { status, stdout, stderr } = spawnSync(program, { encoding: "utf8" });
  assert.is(status, 0, stdout + stderr);
});

test("the kit's objects show the linker no name but fwc_", ({ folder }) => {
  const objects = kitSources.map((file) => {
    const object = join(folder, file.replace(/c$/, "o"));
    execFileSync("cc", ["-O2", ...COMPILE, "-c", join(folder, "kit", file), "-o", object]);
    return object;
  });
  const names = execFileSync("nm", ["--defined-only", "-g", "-P", ...objects], { encoding: "utf8" })
    .split("\n")
    .filter((line) => / [A-Z] /.test(line))
    .map((line) => line.split(" ")[0]!);
  assert.ok(names.includes("fwc_init"));
  assert.equal(
    names.filter((name) => !name.startsWith("fwc_")),
    [],
  );
});

test("README: its example compiles", ({ folder }) => {
  const readme = readFileSync(new URL("../../wasm/README.md", import.meta.url), "utf8");
  const example = join(folder, "readme.c");
  writeFileSync(example, /^```c\n([\s\S]*?)^```$/m.exec(readme)![1]!);
  const options = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-I", join(folder, "kit")];
  execFileSync("cc", [...options, "-fsyntax-only", example]);
});

/** A fixture in WebAssembly's text, as a module. */
function moduleOf(folder: string, name: string): Uint8Array {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const text = readFileSync(join(root, "test/fixtures/wasm", name), "utf8");
  const wat = join(folder, name);
  writeFileSync(wat, text.replace("SELFTEST_DIGEST", String(abi.SELFTEST_DIGEST)));
  const program = join(root, "node_modules/wabt/bin/wat2wasm");
  execFileSync(process.execPath, [program, wat, "-o", `${wat}.wasm`]);
  return readFileSync(`${wat}.wasm`);
}

test.run();
