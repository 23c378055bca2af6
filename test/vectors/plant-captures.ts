/** Captures that others made, through the core and the rules: ../shared/pcaps. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ActiveFinding, Finding } from "../../agent/core/finding.ts";
import {
  type Baseline,
  createBaseline,
  newBaselineFile,
} from "../../agent/detect/baseline/baseline.ts";
import { createPlantDetector } from "../../agent/detect/plant/detector.ts";
import { instantiateCore } from "../../agent/traffic/core.ts";
import type { PacketSink } from "../../agent/traffic/packet-sink.ts";
import { createPlantTraffic, type PlantTraffic } from "../../agent/traffic/plant.ts";
import { readCaptureFile } from "../../agent/traffic/sources/pcap-file.ts";

export const folder = fileURLToPath(new URL("../../../shared/pcaps/", import.meta.url));

const core = instantiateCore(readFileSync(new URL("../../build/core.wasm", import.meta.url)));
const HASH_KEY = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** A frame's place: which of the capture, when, and what it is, counted from 1. */
export interface Place {
  number: number;
  us: number;
}

/** What was found, each with its newest state. */
export interface Found extends ActiveFinding {
  rule: string;
}

/** A detector behind a core of its own. */
export function createJudge(baseline: Baseline | null) {
  const detector = createPlantDetector({ thing: "vectors", baseline, saved: null });
  const found = new Map<string, ActiveFinding>();
  const take = (findings: readonly Finding[]) => {
    for (const finding of findings) {
      if (finding.event === "in-alarm") found.set(finding.id, { finding, count: 1 });
    }
    for (const active of detector.active()) {
      if (found.has(active.finding.id)) found.set(active.finding.id, active);
    }
  };
  const traffic: PlantTraffic = createPlantTraffic(core, {
    hashKey: HASH_KEY,
    onObservation: (observation) => take(detector.observe(observation)),
  });
  return {
    sink: traffic,
    finish(): Found[] {
      traffic.finish();
      take(detector.close());
      return [...found.values()].map(({ finding, count }) => ({
        finding,
        count,
        rule: finding.source.kind === "rule" ? finding.source.rule : "",
      }));
    },
  };
}

/** All that is found in a capture, or in the frames that are wanted of it. */
export async function judgeCapture(
  file: string,
  baseline: Baseline | null,
  isWanted: (place: Place) => boolean = () => true,
): Promise<Found[]> {
  const judge = createJudge(baseline);
  await readCaptureFile(folder + file, onlyTo(judge.sink, isWanted));
  return judge.finish();
}

/** What is normal by the frames that are wanted of a capture. */
export async function learnCapture(
  file: string,
  isWanted: (place: Place) => boolean,
  repeatsMin?: number,
): Promise<Baseline> {
  const baseline = createBaseline(newBaselineFile(repeatsMin));
  await judgeCapture(file, baseline, isWanted);
  baseline.freeze();
  return baseline;
}

function onlyTo(sink: PacketSink, isWanted: (place: Place) => boolean): PacketSink {
  let number = 0;
  return {
    putPacket(us, view, at, captured, wire, iface, link) {
      number++;
      if (isWanted({ number, us })) sink.putPacket(us, view, at, captured, wire, iface, link);
    },
  };
}

/** An IPv4 frame's ends and time, for labels that are by frame. */
export interface Frame {
  us: number;
  from: string;
  to: string;
}

const ETHERTYPE_IPV4 = 0x0800;

/** Read without the core, so that what it says is not compared with itself. Untagged Ethernet only. */
export async function framesOf(file: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  const quad = (view: DataView, at: number) =>
    [0, 1, 2, 3].map((byte) => view.getUint8(at + byte)).join(".");
  await readCaptureFile(folder + file, {
    putPacket(us, view, at, captured) {
      const isIpv4 = captured >= 34 && view.getUint16(at + 12) === ETHERTYPE_IPV4;
      const from = isIpv4 ? quad(view, at + 26) : "";
      frames.push({ us, from, to: isIpv4 ? quad(view, at + 30) : "" });
    },
  });
  return frames;
}
