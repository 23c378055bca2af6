/** Where `watch` gets its traffic from: captures, an interface, or a Zeek. */
import { randomBytes } from "node:crypto";
import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import type { PlantObservation } from "../../core/plant.ts";
import { startLivePlant } from "../../traffic/live.ts";
import { createObservedSummary } from "../../traffic/observed-summary.ts";
import { createPlantTraffic, type PlantTraffic } from "../../traffic/plant.ts";
import type { CaptureProblem } from "../../traffic/sources/capture-format.ts";
import { readCaptureFile } from "../../traffic/sources/pcap-file.ts";
import { readZeekLogs, type ZeekNotice } from "../../traffic/sources/zeek-log.ts";
import { createPlantSummary, type PlantSummary } from "../../traffic/summary.ts";
import { systemClock } from "../../world/clock-system.ts";
import type { ArgValues, Io } from "../verb.ts";
import { createProgress } from "./progress.ts";

export interface Watched {
  summary: PlantSummary;
  /** Ok, or why not all could be read. */
  code: ExitCode;
  /** Further members of `--json`'s object. */
  members?: Record<string, unknown>;
}

/** Tells what comes to light, and sums it up in the end. Throws FieldwardenError. */
export type Source = (
  io: Io,
  onObservation: (observation: PlantObservation) => void,
) => Promise<Watched>;

/** tcpdump's own limit is higher, but no packet is longer than IP can say. */
const SNAP_BYTES_MAX = 65_535;
const TICK_MS = 1000;
/** Of Zeek's notices, the first ones are shown. */
const NOTICES_MAX = 1000;

/** Throws FieldwardenError (64) unless exactly one is named. */
export function sourceOf(values: ArgValues, positionals: readonly string[]): Source {
  const { pcap, interface: name, zeek } = values;
  const named = [pcap, name, zeek].filter((value) => value !== undefined);
  if (named.length !== 1) {
    throw new FieldwardenError(
      ExitCode.usage,
      `watch needs one of --pcap FILE, --interface IF and --zeek DIR, and has ${named.length} of them`,
      "`--help` has an example.",
    );
  }
  if (pcap !== undefined) return captureSource([...(pcap as string[]), ...positionals]);
  if (positionals.length === 0) {
    return typeof zeek === "string" ? zeekSource(zeek) : interfaceSource(String(name), values);
  }
  throw new FieldwardenError(
    ExitCode.usage,
    `${positionals[0]}: what is it?`,
    "A filter of several words goes in quotes: --filter 'port 502'.",
  );
}

function captureSource(files: readonly string[]): Source {
  return async (io, onObservation) => {
    const summary = createPlantSummary(randomBytes(4).readInt32LE());
    const hashKey = randomBytes(8);
    const module = await io.loadCore();
    const traffic = createPlantTraffic(module, { hashKey, visitor: summary, onObservation });
    let code: ExitCode = ExitCode.ok;
    for (const file of files) {
      const problem = await readFile(file, traffic, io);
      if (problem === undefined) continue;
      io.stderr(`fieldwarden: ${file}: ${problemText(problem)}\n`);
      code = ExitCode.badData;
    }
    traffic.finish();
    return { summary: summary.summary(traffic.totals), code };
  };
}

function interfaceSource(name: string, values: ArgValues): Source {
  const snapBytes = values["snap-bytes"] === undefined ? SNAP_BYTES_MAX : snapBytesOf(values);
  const filter = String(values.filter ?? "");
  return async (io, onObservation) => {
    const summary = createPlantSummary(randomBytes(4).readInt32LE());
    const options = { interface: name, filter, snapBytes, hashKey: randomBytes(8) };
    const live = startLivePlant(
      await io.loadCore(),
      { ...options, visitor: summary },
      onObservation,
    );
    const timer = setInterval(() => live.tick(systemClock.wallMs()), TICK_MS);
    const stop = (): void => void live.close().catch(() => {});
    io.stop.addEventListener("abort", stop, { once: true });
    if (io.stop.aborted) stop();
    try {
      await live.ended;
    } finally {
      clearInterval(timer);
      io.stop.removeEventListener("abort", stop);
    }
    return { summary: summary.summary(live.totals), code: ExitCode.ok };
  };
}

function zeekSource(folder: string): Source {
  return async (io, onObservation) => {
    const summary = createObservedSummary();
    const notices: ZeekNotice[] = [];
    const visitor = {
      onObservation(observation: PlantObservation) {
        summary.observe(observation);
        onObservation(observation);
      },
      onNotice(notice: ZeekNotice) {
        if (notices.length < NOTICES_MAX) notices.push(notice);
      },
    };
    const bad = await ofSystem(folder, () => readZeekLogs(folder, visitor, io.stop));
    if (bad === null) {
      throw new FieldwardenError(
        ExitCode.noInput,
        `${folder} has no conn, modbus or dnp3 log of Zeek`,
        "Zeek writes them as JSON lines with `LogAscii::use_json=T`.",
      );
    }
    if (bad > 0) io.stderr(`fieldwarden: ${folder}: ${bad} lines are no JSON of Zeek's\n`);
    const code = bad > 0 ? ExitCode.badData : ExitCode.ok;
    return { summary: summary.summary(), code, members: { notices } };
  };
}

function snapBytesOf(values: ArgValues): number {
  const bytes = Number(values["snap-bytes"]);
  if (Number.isInteger(bytes) && bytes >= 64 && bytes <= SNAP_BYTES_MAX) return bytes;
  throw new FieldwardenError(
    ExitCode.usage,
    `--snap-bytes is "${values["snap-bytes"]}": it takes 64 to ${SNAP_BYTES_MAX}`,
    "Of a packet that is cut, what lies behind is not read.",
  );
}

async function readFile(
  file: string,
  traffic: PlantTraffic,
  io: Io,
): Promise<CaptureProblem | undefined> {
  const { monotonicMs } = systemClock;
  const progress = io.isTerminal ? createProgress(file, io.stderr, monotonicMs) : undefined;
  try {
    return await ofSystem(file, () =>
      readCaptureFile(file, traffic, { stop: io.stop, ...(progress && { progress }) }),
    );
  } finally {
    progress?.end();
  }
}

/** The system's errors as 66. */
async function ofSystem<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall === undefined) {
      throw error;
    }
    throw new FieldwardenError(ExitCode.noInput, `cannot read ${path}: ${error.message}`, "");
  }
}

function problemText({ kind, atByte }: CaptureProblem): string {
  if (kind === "not-a-capture") return "this is no capture in pcap or pcapng format";
  return kind === "truncated"
    ? `ends within the record at byte ${atByte}; what was read before it counts`
    : `is damaged at byte ${atByte}; what was read before it counts`;
}
