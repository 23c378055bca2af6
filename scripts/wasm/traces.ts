/**
 * What the firmware example replays, and what it must answer: the golden vectors, whose answers are
 * committed, and a plant's traffic, which is also what instructions are counted on and whose answers
 * are the nano core's in this process.
 */
import { readdirSync, readFileSync } from "node:fs";
import { abi } from "../../agent/traffic/abi.ts";
import { batchesOf, plantRecords } from "./plant-trace.ts";

const { replay } = await import(new URL("../../test/wasm/replay.mjs", import.meta.url).href);
const fixtures = new URL("../../test/fixtures/wasm/", import.meta.url);
const text = (file: string) => readFileSync(new URL(file, fixtures), "utf8");

export const PLANT = "plant";
const PLANT_PACKETS = 2000;

export interface Trace {
  script: string;
  golden: string;
}

/** @param instantiate a nano core */
export function tracesOf(instantiate: () => unknown): Map<string, Trace> {
  const traces = new Map<string, Trace>();
  for (const file of readdirSync(fixtures).filter((file) => file.endsWith(".script"))) {
    const name = file.replace(".script", "");
    traces.set(name, { script: text(file), golden: text(`${name}.nano.golden`) });
  }
  const script = plantScript();
  traces.set(PLANT, { script, golden: replay(instantiate(), script) });
  return traces;
}

/** The batches, then every query there is, whichever statistics the core has. */
function plantScript(): string {
  const records = plantRecords(PLANT_PACKETS);
  const queries = Object.entries(abi).filter(([name]) => name.startsWith("QUERY_"));
  return [
    "init 010008000102030405060708",
    ...batchesOf(records, 2048).map((batch) => `ingest ${Buffer.from(batch).toString("hex")}`),
    `tick ${records.at(-1)!.us + 2_000_000n}`,
    ...queries.flatMap(([, what]) => [0, 1, 4].map((a) => `query ${what} ${a} 0`)),
    "events 8",
    "",
  ].join("\n");
}
