/** How often each function of a module runs on a plant's traffic: what deserves speed, what space. */

import { instantiateModule } from "./module.ts";
import { batchesOf, plantRecords } from "./plant-trace.ts";
import { wasm2wat, wat2wasm } from "./wabt.ts";

const PACKETS = 1000;

/** Calls a packet by function index, counted in memory that the core does not use. */
export function callsPerPacket(wasm: Uint8Array): number[] {
  const used = instantiateModule(wasm);
  const countersAt = (used.mem_used() + 7) & ~7;
  let functions = 0;
  const counted = wasm2wat(wasm).replace(
    /^( {2}\(func \(;(\d+);\).*\n(?: {4}\(local .*\n)?)/gm,
    (header, _, index) => {
      functions++;
      const at = `i32.const ${countersAt + 4 * Number(index)}`;
      return `${header}    ${at}\n    ${at}\n    i32.load\n    i32.const 1\n    i32.add\n    i32.store\n`;
    },
  );
  const core = instantiateModule(wat2wasm(counted));
  if (countersAt + 4 * functions > core.memory.buffer.byteLength) return [];
  core.init(0);
  const counters = new Uint32Array(core.memory.buffer, countersAt, functions).fill(0);
  const io = new Uint8Array(core.memory.buffer, core.io_ptr(), core.io_cap());
  for (const batch of batchesOf(plantRecords(PACKETS), core.io_cap())) {
    io.set(batch);
    core.ingest(batch.length);
  }
  return Array.from(counters, (calls) => calls / PACKETS);
}
