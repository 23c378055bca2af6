/** What the firmware kit is made of, as far as no C compiler is needed; test/e2e/firmware.test.ts runs it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { coreAsC } from "../../scripts/wasm/to-c.ts";
import { traceHeader } from "../../scripts/wasm/trace-header.ts";
import { wasmBytes } from "./harness.ts";

const test = suite("wasm: the firmware kit's parts");
const root = fileURLToPath(new URL("../../", import.meta.url));
const embed = (file: string) => readFileSync(`${root}wasm/embed/${file}`, "utf8");
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, one]) => one!);

for (const profile of ["nano", "gateway"] as const) {
  const source = coreAsC(wasmBytes[profile]);

  test(`${profile}: the C calls nothing but itself and what the runtime header defines`, () => {
    const runtime = embed("wasm2c_rt.h");
    const defined = [
      ...matches(runtime, /#define (\w+)\(/g),
      ...matches(runtime, /(?:LOAD|STORE)\((\w+),/g),
      ...matches(runtime, /INLINE \w+ (\w+)\(/g),
      ...matches(source, /^static .*?(core_\w+)\(/gm),
      ...["if", "while", "switch", "memcpy"],
    ];
    const called = new Set(matches(source, /\b(\w+)\(/g));
    for (const type of ["u32", "u64", "s32", "s64", "f64"]) called.delete(type);
    assert.equal(
      [...called].filter((name) => !defined.includes(name)),
      [],
    );
  });

  test(`${profile}: no name of the generator's is left, and every export that the engine needs is there`, () => {
    assert.not.match(source, /\binstance\b|w2c_core_\w+\(|_default32|FUNC_PROLOGUE/);
    const needed = matches(embed("engine_wasm2c.c"), /^(?:EXPORT|CONSTANT)\((\w+)/gm);
    const given = matches(source, /^#define (?:export|constant)_(\w+)/gm);
    assert.ok(needed.length >= 17);
    assert.equal(
      needed.filter((name) => !given.includes(name)),
      [],
    );
  });

  test(`${profile}: the same module is the same C`, () => {
    assert.is(coreAsC(wasmBytes[profile]), source);
  });
}

test("engine.h declares what every engine file defines", () => {
  const declared = matches(embed("engine.h"), /\bfwc_engine_(\w+)\(/g).sort();
  for (const engine of ["engine_wasm2c.c", "engine_wasm3.c", "engine_wamr.c"]) {
    const source = embed(engine);
    const calls = source.includes('"engine_calls.h"') ? embed("engine_calls.h") : source;
    const defined = [
      ...matches(source, /^\w+ \*?fwc_engine_(\w+)\(/gm),
      ...matches(calls, /^(?:EXPORT|EXPORT_PLAIN|CONSTANT)\((\w+)/gm),
    ];
    assert.equal(defined.sort(), declared, engine);
  }
});

test("a script becomes words that the example reads back", () => {
  const header = traceHeader(new Map([["one", "init 01\ningest 0102030405\ntick 4294967297\n"]]));
  const words = /trace_one\[\] = \{\n([^}]*)\}/
    .exec(header)![1]!
    .match(/0x[0-9a-f]+/g)!
    .map(Number);
  assert.equal(words, [1, 1, 1, 2, 5, 0x04030201, 5, 3, 1, 1, 0]);
  assert.throws(() => traceHeader(new Map([["one", "jump 1"]])), /no call "jump"/);
});

test("README: the one-liner gets a p99 of three pushes from a module without imports", () => {
  const line = /^node -e '\n([\s\S]*?)'\n/m.exec(readFileSync(`${root}wasm/README.md`, "utf8"))!;
  const printed = execFileSync(process.execPath, ["-e", line[1]!], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  // 9000, within the nano core's 3.13 %.
  assert.is(printed, "p99 8960\n");
});

test.run();
