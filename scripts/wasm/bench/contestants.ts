/** Who runs in the packet race: each takes all batches once and says how long it took. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { abi } from "../../../agent/traffic/abi.ts";
import type { CoreExports } from "../../../agent/traffic/core-exports.ts";
import { COMPILE } from "../boards.ts";
import { kitSources, writeKit } from "../kit.ts";
import type { Batches } from "./batches.ts";
import { PlainPath } from "./plain-path.ts";

export interface Contestant {
  /** @returns nanoseconds of processor time a packet (or value) */
  round(): Promise<number>;
  /** The counters after a round, to see that the same was done. */
  counters(): Promise<Uint32Array>;
}

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Of all of this process's threads, so that a collector's work counts, and other programs' does not. */
export function processorTime(): () => number {
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) * 1000;
  };
}

/** The core in this process. `ends`: where each call's bytes end. */
export function coreContestant(
  core: CoreExports,
  { bytes, packets }: Batches,
  ends: Uint32Array,
): Contestant {
  const io = new Uint8Array(core.memory.buffer, core.io_ptr(), core.io_cap());
  return {
    async round() {
      core.init(0);
      const ns = processorTime();
      let begin = 0;
      for (const end of ends) {
        io.set(bytes.subarray(begin, end));
        if (core.ingest(end - begin) <= 0) throw new Error("bench: ingest");
        begin = end;
      }
      return ns() / packets;
    },
    async counters() {
      core.query(abi.QUERY_COUNTERS, 0, 0);
      return new Uint32Array(core.memory.buffer, core.out_ptr(), abi.COUNTERS_MAX).slice();
    },
  };
}

export function plainContestant({ bytes, packets, batchEnds }: Batches): Contestant {
  let path = new PlainPath();
  return {
    async round() {
      path = new PlainPath();
      const ns = processorTime();
      let begin = 0;
      for (const end of batchEnds) {
        if (path.ingest(bytes, begin, end) <= 0) throw new Error("bench: ingest");
        begin = end;
      }
      return ns() / packets;
    },
    async counters() {
      return path.counters;
    },
  };
}

/** C by hand for the packet path alone. */
export function handwrittenContestant(folder: string, batches: Batches): Contestant {
  return nativeContestant(folder, "path", ["path.c"], [], batches);
}

/** A module as wasm2c's C, with its bounds checks or without. */
export function translatedContestant(
  folder: string,
  name: string,
  wasm: Uint8Array,
  checked: boolean,
  batches: Batches,
): Contestant {
  const kit = join(folder, `kit-${name}`);
  writeKit(kit, wasm);
  const sources = kitSources.map((file) => join(kit, file));
  const options = ["-I", kit, ...(checked ? [] : ["-DFWC_UNCHECKED"])];
  return nativeContestant(folder, name, ["translated.c", ...sources], options, batches);
}

function nativeContestant(
  folder: string,
  name: string,
  sources: readonly string[],
  options: readonly string[],
  { packets }: Batches,
): Contestant {
  const program = join(folder, name);
  const files = ["runner.c", ...sources].map((file) =>
    join(file.startsWith("/") ? "" : here, file),
  );
  const flags = ["-O3", ...COMPILE, "-std=gnu11", "-I", here, "-I", join(root, "wasm/embed")];
  execFileSync("cc", [...flags, ...options, "-o", program, ...files, "-lm"]);
  const child = spawn(program, [join(folder, "batches")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => String((await lines.next()).value);
  return {
    async round() {
      child.stdin.write("\n");
      return Number(await answer()) / packets;
    },
    async counters() {
      child.stdin.end();
      return Uint32Array.from((await answer()).trim().split(" "), Number);
    },
  };
}

/** The gateway core with nothing behind decoding but frames and octets: what path.c does. */
export function pathModule(folder: string): Uint8Array {
  const source = join(folder, "path-core");
  rmSync(source, { recursive: true, force: true });
  cpSync(join(root, "wasm"), join(source, "wasm"), { recursive: true });
  cpSync(join(root, "asconfig.json"), join(source, "asconfig.json"));
  const parts = join(source, "wasm/parts.ts");
  const text = readFileSync(parts, "utf8");
  const packet = /(export function packet\([^)]*\): void \{\n)[\s\S]*?\n\}/;
  if (!packet.test(text)) throw new Error("bench: parts.ts has no packet() to cut down");
  const cut = text.replace(packet, "$1  decode();\n  traffic.packet();\n}");
  writeFileSync(parts, cut);
  const args = [join(root, "scripts/wasm/compile.mjs"), "gateway", source];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  return readFileSync(join(source, "build/core.wasm"));
}
