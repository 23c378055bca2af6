/**
 * `npm run firmware`: gathers the kit in build/firmware/kit, builds the example for three Cortex-M,
 * runs it in QEMU, compares every answer with the core's in this process, and prints what it took,
 * one JSON line a board. Leaves with 1 on a difference or a budget exceeded, 69 without the tools.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { abi } from "../../agent/traffic/abi.ts";
import { type Board, boards } from "./boards.ts";
import { buildImage, footprintOf, runImage } from "./device.ts";
import { nanoFile, writeKit } from "./kit.ts";
import { instantiateModule } from "./module.ts";
import { traceHeader } from "./trace-header.ts";
import { PLANT, type Trace, tracesOf } from "./traces.ts";

export const firmwareFolder = fileURLToPath(new URL("../../build/firmware/", import.meta.url));
const PACKAGES = "gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm";

/** What the example may need of a Cortex-M3. */
const BUDGET = { flashBytes: 12 * 1024, instructionsPerPacket: 1000 };

export interface FirmwareResult {
  board: string;
  /** Traces whose answers differ from the gateway's. */
  differing: string[];
  traces: number;
  /** Core, glue and what they need of libm, libgcc and libc. */
  flashBytes: number;
  flash: { core: number; glue: number; libraries: number };
  /** Linear memory and the glue's own. */
  ramBytes: number;
  memoryBytes: number;
  stackBytes: number;
  snapshotBytes: number;
  instructionsPerPacket: number;
}

/** The tools that are missing, or nothing. */
export function toolsMissing(): string[] {
  return ["arm-none-eabi-gcc", "qemu-system-arm"].filter(
    (tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).error !== undefined,
  );
}

/** Writes the kit and trace.h into `folder`, builds and runs there. */
export function prepareFirmware(folder: string): Map<string, Trace> {
  const wasm = readFileSync(nanoFile);
  const traces = tracesOf(() => instantiateModule(wasm));
  mkdirSync(folder, { recursive: true });
  writeKit(join(folder, "kit"), wasm);
  const scripts = new Map([...traces].map(([name, { script }]) => [name, script]));
  writeFileSync(join(folder, "trace.h"), traceHeader(scripts));
  return traces;
}

export function tryBoard(
  folder: string,
  board: Board,
  traces: ReadonlyMap<string, Trace>,
  optimise = "-Os",
): FirmwareResult {
  const image = buildImage(folder, board, optimise);
  const { coreFlash: core, glueFlash: glue, libraryFlash: libraries, ram } = footprintOf(image);
  const { transcripts, figures } = runImage(image, board);
  const figure = (name: string) => figures.get(name) ?? Number.NaN;
  const names = [...traces.keys()];
  return {
    board: board.name,
    differing: names.filter((name) => transcripts.get(name) !== traces.get(name)!.golden),
    traces: names.length,
    flashBytes: core + glue + libraries,
    flash: { core, glue, libraries },
    ramBytes: ram,
    memoryBytes: instantiateModule(readFileSync(nanoFile)).mem_used(),
    stackBytes: figure("stack_bytes"),
    snapshotBytes: figure("snapshot_bytes"),
    instructionsPerPacket: Math.round(figure(`${PLANT}.instructions`) / figure(`${PLANT}.records`)),
  };
}

/** What is wrong with a result. Only the Cortex-M3 has a budget of flash and instructions. */
export function faultsOf(result: FirmwareResult): string[] {
  const faults = result.differing.map((name) => `${name}: other answers than the gateway's`);
  if (!(result.snapshotBytes > 0)) faults.push("a snapshot does not survive the round trip");
  if (!(result.memoryBytes <= abi.NANO_MEM_BYTES)) faults.push(`memory: ${result.memoryBytes}`);
  if (result.board !== "Cortex-M3") return faults;
  for (const name of ["flashBytes", "instructionsPerPacket"] as const) {
    if (!(result[name] <= BUDGET[name])) faults.push(`${name}: ${result[name]} > ${BUDGET[name]}`);
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = toolsMissing();
  if (missing.length > 0) {
    console.error(`firmware: no ${missing.join(", ")}; on Debian: apt-get install ${PACKAGES}`);
    process.exit(69);
  }
  const traces = prepareFirmware(firmwareFolder);
  for (const board of boards) {
    const result = tryBoard(firmwareFolder, board, traces);
    console.log(JSON.stringify(result));
    for (const fault of faultsOf(result)) {
      console.error(`firmware: ${board.name}: ${fault}`);
      process.exitCode = 1;
    }
  }
}
