/**
 * The core against its limit and its rivals, all in one run, in turns, medians:
 *
 * - packets: at least a million, from captures where ../shared has them. The whole gateway core in V8, in
 *   batches and one call a packet; its twin in JavaScript; and the same module as C (wasm2c) by cc -O3,
 *   with the sandbox's checks and, as the limit, without.
 * - path: decoding and the frames and octets of each second alone, the one part that is also written by
 *   hand, in C and in TypeScript.
 * - quantile: a value into a histogram, against three packages.
 * - firmware: instructions, flash and RAM on a Cortex-M3 in QEMU, where Debian's tools are installed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadBatches, writeBatches } from "../wasm/bench/batches.ts";
import {
  type Contestant,
  coreContestant,
  handwrittenContestant,
  pathModule,
  plainContestant,
  translatedContestant,
} from "../wasm/bench/contestants.ts";
import { quantileContestants } from "../wasm/bench/quantiles.ts";
import { boards } from "../wasm/boards.ts";
import { firmwareFolder, prepareFirmware, toolsMissing, tryBoard } from "../wasm/firmware.ts";
import { instantiateModule } from "../wasm/module.ts";
import { type Figure, median } from "./figure.ts";

const ROUNDS = 15;
const WARM_UP_ROUNDS = 2;

const built = (file: string) => new URL(`../../build/${file}`, import.meta.url);

export default async function* wasm(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-bench-"));
  try {
    yield* packets(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  yield* race("wasm.quantile", "core_batch", await quantileContestants(instantiateModule));
  if (toolsMissing().length === 0) yield* firmware();
}

async function* packets(folder: string): AsyncGenerator<Figure> {
  const batches = loadBatches();
  writeBatches(join(folder, "batches"), batches);
  yield figureOf(`wasm.packets.${batches.source}`, batches.packets, "packets", 1);
  const gateway = readFileSync(built("core.wasm"));
  const { instantiate } = await import(built("core-twin.mjs").href);
  const { batchEnds, recordEnds } = batches;
  const cut = pathModule(folder);
  const whole: [string, Contestant][] = [
    ["v8_batch", coreContestant(instantiateModule(gateway), batches, batchEnds)],
    ["v8_call_per_packet", coreContestant(instantiateModule(gateway), batches, recordEnds)],
    ["twin_batch", coreContestant(instantiate(), batches, batchEnds)],
  ];
  const path: [string, Contestant][] = [
    ["v8_batch", coreContestant(instantiateModule(cut), batches, batchEnds)],
    ["plain_typescript", plainContestant(batches)],
  ];
  if (spawnSync("cc", ["--version"], { stdio: "ignore" }).error === undefined) {
    const translated = (name: string, wasm: Uint8Array, checked: boolean) =>
      translatedContestant(folder, name, wasm, checked, batches);
    whole.push(["c_unchecked", translated("whole", gateway, false)]);
    whole.push(["c_checked", translated("whole_checked", gateway, true)]);
    path.push(["c_unchecked", translated("path_translated", cut, false)]);
    path.push(["c_by_hand", handwrittenContestant(folder, batches)]);
  }
  yield* race("wasm.packet", "c_unchecked", whole);
  yield* race("wasm.path", "c_by_hand", path);
}

/** Nanoseconds each, and how many times the yardstick's; without a C compiler there may be none. */
async function* race(
  name: string,
  yardstick: string,
  contestants: readonly (readonly [string, Contestant])[],
): AsyncGenerator<Figure> {
  const times = new Map(contestants.map(([each]) => [each, [] as number[]]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [each, contestant] of contestants) {
      const ns = await contestant.round();
      if (round >= 0) times.get(each)!.push(ns);
    }
  }
  await agree(name, contestants);
  const limit = times.get(yardstick);
  for (const [each, ns] of times) {
    const figure = figureOf(`${name}.${each}`, median(ns), "ns", ROUNDS);
    const ratio = limit && { ratio: figure.value / median(limit), against: yardstick };
    yield { ...figure, ...ratio };
  }
}

/** A race in which one does something else is none. */
async function agree(
  name: string,
  contestants: readonly (readonly [string, Contestant])[],
): Promise<void> {
  const counts = new Map<string, string>();
  for (const [each, contestant] of contestants) {
    counts.set(each, String(await contestant.counters()));
  }
  if (new Set(counts.values()).size === 1) return;
  throw new Error(
    `${name}: they counted differently: ${JSON.stringify(Object.fromEntries(counts))}`,
  );
}

function* firmware(): Generator<Figure> {
  mkdirSync(firmwareFolder, { recursive: true });
  const result = tryBoard(firmwareFolder, boards[0]!, prepareFirmware(firmwareFolder));
  const name = "wasm.cortex_m3";
  yield figureOf(
    `${name}.instructions_per_packet`,
    result.instructionsPerPacket,
    "instructions",
    1,
  );
  yield figureOf(`${name}.flash`, result.flashBytes, "bytes", 1);
  yield figureOf(
    `${name}.flash_without_compiler_libraries`,
    result.flash.core + result.flash.glue,
    "bytes",
    1,
  );
  yield figureOf(`${name}.ram`, result.ramBytes, "bytes", 1);
  yield figureOf(`${name}.stack`, result.stackBytes, "bytes", 1);
}

function figureOf(name: string, value: number, unit: string, runs: number): Figure {
  return { name, value, unit, runs };
}
