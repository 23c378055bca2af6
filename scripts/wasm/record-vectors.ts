/**
 * node --import tsx scripts/wasm/record-vectors.ts: writes the golden vectors in test/fixtures/wasm/:
 * NAME.script, the calls, and NAME.PROFILE.golden, what they answer. Every back end (V8, twin, wasm2c,
 * Cortex-M) must answer the same to the bit. Look at the diff before committing: a changed golden file
 * is a changed result on every device.
 */
import { writeFileSync } from "node:fs";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, createRandom, packet, sample } from "../../test/wasm/harness.ts";

const { replay } = await import(new URL("../../test/wasm/replay.mjs", import.meta.url).href);
const folder = new URL("../../test/fixtures/wasm/", import.meta.url);

const scripts: Record<string, () => string[]> = { series, packets };

for (const [name, script] of Object.entries(scripts)) {
  const text = `${script().join("\n")}\n`;
  writeFileSync(new URL(`${name}.script`, folder), text);
  for (const build of builds.filter((each) => each.name !== "twin")) {
    const golden = new URL(`${name}.${build.name}.golden`, folder);
    writeFileSync(golden, replay(build.instantiate(), text));
  }
}

/** Six minutes of four series with jitter, gaps, bursts, late samples and a clock that steps back. */
function series(): string[] {
  const random = createRandom(1);
  const lines = ["init"];
  for (let second = 0; second < 360; second++) {
    const now = 1_700_000_000 + second;
    if (random() % 20 === 0) continue;
    const burst = second % 50 >= 44 ? 40 : 1;
    const records = [0, 1, 2, 3].map((id) =>
      sample(
        now - (random() % 9 === 0 ? 2 : 0),
        id,
        BigInt((random() % (1000 << (4 * id))) * burst),
      ),
    );
    lines.push(`ingest ${hexOf(batchOf(records))}`);
    if (second % 10 === 0) lines.push(`tick ${now}000000`);
    if (second % 60 === 59) lines.push(...ask(0, 1, 2, 3));
  }
  lines.push("tick 1699990000000000", "events 8", ...ask(0, 3));
  return lines;
}

/** Frames that no decoder knows: what is counted whatever is inside them. */
function packets(): string[] {
  const random = createRandom(2);
  const lines = [`init ${hexOf(Uint8Array.of(1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8))}`];
  let us = 1_700_000_000_000_000n;
  for (let batch = 0; batch < 40; batch++) {
    const records = Array.from({ length: 10 }, () => {
      us += BigInt(random() % 400_000);
      return packet(us, Uint8Array.from({ length: 20 + (random() % 9) }, random), random() % 1500);
    });
    lines.push(`ingest ${hexOf(batchOf(records))}`);
  }
  lines.push(`tick ${us + 3_000_000n}`, ...ask(abi.SERIES_FRAMES, abi.SERIES_OCTETS));
  return lines;
}

function ask(...series: number[]): string[] {
  return series.map((id) => `query ${abi.QUERY_SERIES} ${id} 0`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
