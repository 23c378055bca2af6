/** What fuzzing starts from: captures in ../shared/pcaps when they are there, else a plant's traffic. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CapturedPacket, packetsOf } from "./capture.ts";
import { plantRecords } from "./plant-trace.ts";

const captures = fileURLToPath(new URL("../../../shared/pcaps/", import.meta.url));

/** The first packets of a capture show its protocols; the rest repeats them. */
const PACKETS_PER_CAPTURE = 400;
const INPUT_BYTES_MAX = 4096;

export const CORPUS_MAX_LEN = INPUT_BYTES_MAX;

/** Writes seeds for a target into `folder`. */
export function writeCorpus(folder: string, target: "ingest" | "restore"): void {
  mkdirSync(folder, { recursive: true });
  const inputs = target === "ingest" ? ingestInputs() : restoreInputs();
  inputs.forEach((input, i) => {
    writeFileSync(join(folder, `seed-${i}`), input);
  });
}

/** See ingest.c: a byte for the state, then pieces {u8 link and 0, u8 time, u16 length, bytes}. */
function ingestInputs(): Uint8Array[] {
  const inputs: Uint8Array[] = [];
  for (const packets of sources()) {
    let open: number[] = [];
    for (const { link, bytes } of packets) {
      const length = Math.min(bytes.length, 1600);
      if (open.length + 4 + length > INPUT_BYTES_MAX - 8 && open.length > 0) close();
      if (open.length === 0) open.push(inputs.length & 0xff);
      open.push(link << 4, 10 + (open.length % 10), length & 255, length >> 8);
      open.push(...bytes.subarray(0, length));
    }
    if (open.length > 0) close();
    function close(): void {
      // A tick and a question end each input.
      inputs.push(Uint8Array.from([...open, 14, 20, 0, 0, 15, 0, 2, 0, 16, 4]));
      open = [];
    }
  }
  return inputs;
}

/** See restore.c: a byte for state and checksum, then edits {u24 where, u8 how many, bytes}. */
function restoreInputs(): Uint8Array[] {
  const inputs: Uint8Array[] = [];
  for (let state = 0; state < 4; state++) {
    inputs.push(Uint8Array.of(state, 0, 0), Uint8Array.of(0xc0 | state, 0, 0));
    for (let section = 1; section < 256; section += 1) {
      inputs.push(Uint8Array.of(0x20 | state, section, 0, 0, 0, 3, 255, 255, 255, 255));
    }
    for (let at = 0; at < 32_768; at += 97) {
      inputs.push(Uint8Array.of(state, at & 255, at >> 8, 0, 3, 255, 1, 255, 1));
    }
  }
  return inputs;
}

function* sources(): Generator<Pick<CapturedPacket, "link" | "bytes">[]> {
  yield plantRecords(PACKETS_PER_CAPTURE).map(({ bytes }) => ({ link: 0, bytes }));
  if (!existsSync(captures)) return;
  for (const file of readdirSync(captures).filter((name) => /\.pcap(ng)?$/.test(name))) {
    yield packetsOf(readFileSync(join(captures, file))).slice(0, PACKETS_PER_CAPTURE);
  }
}
