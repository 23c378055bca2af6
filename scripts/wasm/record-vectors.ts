/**
 * node --import tsx scripts/wasm/record-vectors.ts: writes the golden vectors in test/fixtures/wasm/:
 * NAME.script, the calls, and NAME.PROFILE.golden, what they answer. Every back end (V8, twin, wasm2c,
 * Cortex-M) must answer the same to the bit. Look at the diff before committing: a changed golden file
 * is a changed result on every device.
 */
import { writeFileSync } from "node:fs";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, createRandom, packet, sample } from "../../test/wasm/harness.ts";
import { datagram } from "../../test/wasm/stats-traffic.ts";

const { replay } = await import(new URL("../../test/wasm/replay.mjs", import.meta.url).href);
const folder = new URL("../../test/fixtures/wasm/", import.meta.url);

const scripts: Record<string, () => string[]> = { series, packets, statistics };

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

/** Four minutes of many hosts, ports and paces, with a shift of level. */
function statistics(): string[] {
  const random = createRandom(3);
  const lines = [`init ${hexOf(Uint8Array.of(1, 0, 8, 0, 8, 7, 6, 5, 4, 3, 2, 1))}`];
  const start = 1_700_000_000;
  for (let second = 0; second < 240; second++) {
    const load = second > 170 ? 8 : 3;
    const records = Array.from({ length: load }, (_, i) =>
      datagram({
        us: (start + second) * 1e6 + i * 70_000 + (random() % 9000),
        src: i < 2 ? i : random() % 400,
        dst: 900 + (i % 3),
        dstPort: i === 2 ? random() % 2000 : 502,
        wire: 60 + (random() % 1400),
      }),
    );
    records.push(sample(start + second, 1, BigInt(1000 + (random() % 100)) * BigInt(load)));
    lines.push(`ingest ${hexOf(batchOf(records))}`);
    if (second % 40 === 39) {
      lines.push(
        `query ${abi.QUERY_TRAFFIC} 0 0`,
        `query ${abi.QUERY_HEAVY} 4294967295 4294967295`,
      );
      lines.push(`query ${abi.QUERY_EDGES} 0 500`, "events 9");
    }
  }
  return lines;
}

function ask(...series: number[]): string[] {
  return series.map((id) => `query ${abi.QUERY_SERIES} ${id} 0`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
