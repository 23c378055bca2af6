/** The firmware example on one of QEMU's boards: built, measured from its map, run, and its words read. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, COMPILE } from "./boards.ts";
import { exampleFolder, kitSources } from "./kit.ts";

/** The host's compiler runs the example too: same sources, another board file. */
export function buildForHost(
  folder: string,
  program: string,
  options: readonly string[] = [],
): void {
  const sources = [
    ...kitSources.map((file) => join(folder, "kit", file)),
    ...["main.c", "board_host.c"].map((file) => join(exampleFolder, file)),
  ];
  execFileSync("cc", [
    "-O2",
    ...COMPILE,
    ...options,
    "-I",
    folder,
    "-o",
    program,
    ...sources,
    "-lm",
  ]);
}

/** A run that prints nothing more ends here: the traces take a few seconds. */
const RUN_MS_MAX = 120_000;

/** Bytes of the linked image, by who put them there. */
export interface Footprint {
  coreFlash: number;
  glueFlash: number;
  libraryFlash: number;
  ram: number;
}

export interface DeviceRun {
  /** What each trace printed, by its name. */
  transcripts: Map<string, string>;
  /** `# name number` lines: of a trace as "trace.name", of the end as "name". */
  figures: Map<string, number>;
}

/** @returns the image's path. `folder` holds the kit in kit/, and trace.h. */
export function buildImage(folder: string, board: Board, optimise: string): string {
  const image = join(folder, `${board.name}${optimise}.elf`);
  execFileSync(
    "arm-none-eabi-gcc",
    [
      ...["-mthumb", optimise, ...board.cpu, ...COMPILE, "-I", folder, "-o", image],
      ...kitSources.map((file) => join(folder, "kit", file)),
      ...["main.c", "board.c"].map((file) => join(exampleFolder, file)),
      ...["-nostartfiles", "--specs=nano.specs", "-T", join(exampleFolder, "cortex-m.ld")],
      `-Wl,--gc-sections,-Map=${image}.map,--no-warn-rwx-segments`,
      ...[`FLASH_AT=${board.flashAt}`, `RAM_AT=${board.ramAt}`, `SPARE_AT=${board.spareAt}`].map(
        (symbol) => `-Wl,--defsym=${symbol}`,
      ),
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  return image;
}

/** What the example itself, its trace and the board's start-up take is left out. */
export function footprintOf(image: string): Footprint {
  const map = readFileSync(`${image}.map`, "utf8");
  const placed = map.slice(map.indexOf("Linker script and memory map"));
  const sections = placed
    .replace(/^( \.\S+)\n +0x/gm, "$1 0x")
    .matchAll(/^ \.(text|rodata|data|bss)\S* +0x[0-9a-f]+ +0x([0-9a-f]+) (.+)$/gm);
  const sums: Footprint = { coreFlash: 0, glueFlash: 0, libraryFlash: 0, ram: 0 };
  // Objects on gcc's command line become temporary files, in its order.
  const objects = [...new Set([...placed.matchAll(/(\/\S+\.o)$/gm)].map((match) => match[1]!))];
  const ours = objects.filter((file) => !file.endsWith(")") && /\/cc\w+\.o$/.test(file));
  for (const [, kind, hex, file] of sections) {
    const bytes = Number.parseInt(hex!, 16);
    const isLibrary = /\.a\(/.test(file!);
    if (!isLibrary && file !== ours[0] && file !== ours[1]) continue;
    if (kind !== "bss") {
      const who = isLibrary ? "libraryFlash" : file === ours[0] ? "glueFlash" : "coreFlash";
      sums[who] += bytes;
    }
    if (kind === "bss" || kind === "data") sums.ram += bytes;
  }
  return sums;
}

export function runImage(image: string, board: Board): DeviceRun {
  const { status, stdout, stderr } = spawnSync(
    "qemu-system-arm",
    [
      ...["-machine", board.machine, "-nographic", "-monitor", "none", "-serial", "none"],
      ...["-semihosting-config", "enable=on,target=native", "-icount", "shift=0"],
      ...["-kernel", image],
    ],
    { encoding: "utf8", timeout: RUN_MS_MAX, stdio: ["ignore", "pipe", "pipe"] },
  );
  // Semihosting writes to stderr or stdout, as QEMU's version has it.
  if (status !== 0) throw new Error(`${board.name}: QEMU left with ${status}:\n${stdout}${stderr}`);
  return readRun(stdout + stderr);
}

/** What wasm/embed/example/main.c has printed. */
export function readRun(text: string): DeviceRun {
  const run: DeviceRun = { transcripts: new Map(), figures: new Map() };
  let trace = "";
  for (const line of text.split("\n")) {
    const figure = /^# (\w+) (-?\d+)$/.exec(line);
    const name = /^= (\w+)$/.exec(line)?.[1];
    if (name !== undefined) {
      trace = name;
      run.transcripts.set(name, "");
    } else if (figure) {
      const ofTrace = figure[1] === "instructions" || figure[1] === "records";
      run.figures.set(ofTrace ? `${trace}.${figure[1]}` : figure[1]!, Number(figure[2]));
    } else if (line !== "") {
      run.transcripts.set(trace, `${run.transcripts.get(trace) ?? ""}${line}\n`);
    }
  }
  return run;
}
