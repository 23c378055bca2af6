/** A value into a quantile sketch: the core's own histogram, and three packages with more features. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DDSketch } from "@datadog/sketches-js";
import { build, initWebAssembly } from "hdr-histogram-js";
import { createRandom } from "../../../test/wasm/harness.ts";
import { type Contestant, processorTime } from "./contestants.ts";

const VALUES = 200_000;
const BATCH = 4096;
const HIGHEST = 2 ** 32 - 1;
/** All promise better; tdigest promises ranks. */
const P99_ERROR_MAX = 0.05;

const { TDigest } = createRequire(import.meta.url)("tdigest") as {
  TDigest: new () => { push(value: number): void; percentile(p: number): number };
};

const root = fileURLToPath(new URL("../../../", import.meta.url));

interface Sketch {
  insertAll(values: Uint32Array): void;
  p99(): number;
}

interface HistogramModule {
  memory: { buffer: ArrayBuffer };
  values_ptr(): number;
  clear(): void;
  insert(count: number): void;
  insert_one(value: number): void;
  p99(): number;
}

/** Contestants for the bench's race. */
export async function quantileContestants(
  instantiate: (wasm: Uint8Array) => unknown,
): Promise<[string, Contestant][]> {
  await initWebAssembly();
  const values = sizes();
  const exact = values.slice().sort()[Math.ceil(VALUES * 0.99) - 1]!;
  const core = instantiate(histogramModule()) as HistogramModule;
  const sketches: [string, () => Sketch][] = [
    ["core_batch", () => batchOf(core)],
    ["core_call_per_value", () => onePerCall(core)],
    ["hdr_histogram_js_wasm", () => hdr(true)],
    ["hdr_histogram_js", () => hdr(false)],
    ["datadog_sketches_js", datadog],
    ["tdigest", tdigest],
  ];
  return sketches.map(([name, make]) => [name, contestantOf(make, values, exact)]);
}

function contestantOf(make: () => Sketch, values: Uint32Array, exact: number): Contestant {
  let sketch = make();
  return {
    async round() {
      sketch = make();
      const ns = processorTime();
      sketch.insertAll(values);
      return ns() / values.length;
    },
    async counters() {
      return Uint32Array.of(Math.abs(sketch.p99() / exact - 1) <= P99_ERROR_MAX ? 1 : 0);
    },
  };
}

/** Like packet sizes and gaps: most are small, a few are large. */
function sizes(): Uint32Array {
  const random = createRandom(3);
  return Uint32Array.from({ length: VALUES }, () => 60 + ((random() >>> 12) >>> (random() % 20)));
}

function batchOf(core: HistogramModule): Sketch {
  core.clear();
  const room = new Uint32Array(core.memory.buffer, core.values_ptr(), BATCH);
  return {
    insertAll(values) {
      for (let at = 0; at < values.length; at += BATCH) {
        const part = values.subarray(at, at + BATCH);
        room.set(part);
        core.insert(part.length);
      }
    },
    p99: () => core.p99(),
  };
}

function onePerCall(core: HistogramModule): Sketch {
  core.clear();
  return {
    insertAll(values) {
      for (const value of values) core.insert_one(value);
    },
    p99: () => core.p99(),
  };
}

function hdr(useWebAssembly: boolean): Sketch {
  const histogram = build({
    useWebAssembly,
    bitBucketSize: 32,
    autoResize: false,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: 2,
  });
  return {
    insertAll(values) {
      for (const value of values) histogram.recordValue(value);
    },
    p99: () => histogram.getValueAtPercentile(99),
  };
}

function datadog(): Sketch {
  const sketch = new DDSketch({ relativeAccuracy: 0.0157 });
  return {
    insertAll(values) {
      for (const value of values) sketch.accept(value);
    },
    p99: () => sketch.getValueAtQuantile(0.99),
  };
}

function tdigest(): Sketch {
  const digest = new TDigest();
  return {
    insertAll(values) {
      for (const value of values) digest.push(value);
    },
    p99: () => digest.percentile(0.99),
  };
}

/** wasm/stats/histogram.ts alone, in the gateway's resolution; the counts are in the first of its panes. */
function histogramModule(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-histogram-"));
  try {
    const entry = join(folder, "entry.ts");
    cpSync(join(root, "wasm"), folder, { recursive: true });
    writeFileSync(
      entry,
      `import { OUT } from "./layout";
import { change, quantiles } from "./stats/histogram";
import { SERIES_BUCKETS } from "./stats/layout";
import { FIRST } from "./stats/panes";
const VALUES: usize = memory.data(${BATCH} * 4, 8);
export function values_ptr(): usize { return VALUES; }
export function clear(): void {
  memory.fill(FIRST, 0, SERIES_BUCKETS * 4);
  store<u32>(OUT, 0);
}
export function insert_one(value: u32): void {
  change<u32>(FIRST, value, 1);
  store<u32>(OUT, load<u32>(OUT) + 1);
}
export function insert(count: u32): void {
  for (let i: u32 = 0; i < count; i++) change<u32>(FIRST, load<u32>(VALUES + (i << 2)), 1);
  store<u32>(OUT, load<u32>(OUT) + count);
}
export function p99(): u32 {
  quantiles(8, FIRST, 4, SERIES_BUCKETS, load<u32>(OUT), -1);
  return load<u32>(OUT, 16);
}
`,
    );
    execFileSync(process.execPath, [
      ...[join(root, "node_modules/assemblyscript/bin/asc.js"), entry, "-O3", "--runtime", "stub"],
      ...[
        "--use",
        "abort=",
        "--use",
        "PROFILE=1",
        "--baseDir",
        folder,
        "--outFile",
        join(folder, "histogram.wasm"),
      ],
    ]);
    return readFileSync(join(folder, "histogram.wasm"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
