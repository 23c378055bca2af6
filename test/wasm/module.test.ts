/** Promises that the modules keep as files: no import, no mutable global, small, and where they may run. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { generated } from "../../scripts/wasm/generate.ts";
import { builds, wasmBytes } from "./harness.ts";
import { globalsMutable, sectionIds } from "./wasm-file.ts";

const test = suite("wasm: the modules");
const ceilings = { gateway: 48 * 1024, nano: 8 * 1024 };

for (const profile of ["gateway", "nano"] as const) {
  const bytes = wasmBytes[profile];

  test(`${profile}: has no import, no start function, no mutable global`, () => {
    assert.equal(globalsMutable(bytes), 0);
    const ids = sectionIds(bytes);
    assert.not.ok(ids.includes(2), "import section");
    assert.not.ok(ids.includes(8), "start section");
  });

  test(`${profile}: stays under its ceiling`, () => {
    assert.ok(bytes.length <= ceilings[profile], `${bytes.length} bytes`);
  });
}

for (const build of builds) {
  test(`${build.name}: the selftest's digest is the one in the ABI`, () => {
    assert.is(build.instantiate().selftest() >>> 0, abi.SELFTEST_DIGEST);
  });

  test(`${build.name}: state, output and input lie apart and in order`, () => {
    const core = build.instantiate();
    const stateEnd = core.state_ptr() + core.state_len();
    assert.ok(core.out_ptr() >= 1024);
    assert.ok(core.out_ptr() + core.out_cap() <= core.state_ptr());
    assert.ok(stateEnd <= core.io_ptr());
    assert.ok(core.io_ptr() + core.io_cap() <= core.mem_used());
    assert.ok(core.mem_used() <= core.memory.buffer.byteLength);
    assert.is(core.state_ptr() % 8, 0);
    assert.is(core.io_ptr() % 8, 0);
  });
}

test("nano: needs no more than 36 KiB", () => {
  const core = builds[1]!.instantiate();
  assert.ok(core.mem_used() <= abi.NANO_MEM_BYTES, `${core.mem_used()} bytes`);
});

test("the committed constants are what their source gives", () => {
  for (const [path, text] of Object.entries(generated())) {
    assert.fixture(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"), text);
  }
});

test.run();
