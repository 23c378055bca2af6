/**
 * Plant traffic in the running agent: what a capture brings is judged by the rules and learnt, and what
 * must outlive a restart is kept. A restart costs the rules what they counted within the last minutes,
 * and the baseline what it learnt since it was kept last.
 */
import { createBackoff } from "./core/backoff.ts";
import type { Clock } from "./core/clock.ts";
import { DiskError } from "./core/disk.ts";
import { ExitCode, FieldwardenError } from "./core/errors.ts";
import type { Finding } from "./core/finding.ts";
import type { Log } from "./core/log.ts";
import type { PlantObservation } from "./core/plant.ts";
import { type Baseline, createBaseline, newBaselineFile } from "./detect/baseline/baseline.ts";
import { parseBaseline } from "./detect/baseline/parse.ts";
import { createPlantDetector, type PlantDetectorState } from "./detect/plant/detector.ts";

/** One file that is replaced as a whole. Rejects with DiskErrors. */
export interface Keeper {
  read(): Promise<Uint8Array | null>;
  replace(bytes: Uint8Array): Promise<void>;
}

/** Packets that come by themselves. */
export interface PlantSource {
  /** To be called every second, so that silence is seen as such. */
  tick(wallMs: number): void;
  /** Resolves when no packet comes any more, the last stretch told; may reject as `ended` does. */
  close(): Promise<void>;
  /** Resolves when it ends, rejects when it fails. */
  readonly ended: Promise<void>;
}

export interface PlantWatch {
  /** To be called every second. @returns what came to light since */
  tick(): Finding[];
  /** Keeps what is due to be kept. A disk that fails is logged, and tried again. */
  keep(): Promise<void>;
  /** Until when it learns, in epoch milliseconds, if traffic goes on; null when it does not. */
  learningUntilMs(): number | null;
  readonly baseline: Baseline;
  /** Why no packets come; empty while they do. */
  readonly problem: string;
  /** @returns what came to light at the end */
  close(): Promise<Finding[]>;
}

export interface PlantWatchOptions {
  thing: string;
  clock: Clock;
  log: Log;
  baselineFile: Keeper;
  stateFile: Keeper;
  /** Packet time to learn for, and how often a thing must be seen in it. */
  learnMs: number;
  repeatsMin: number;
  /** Chance, in [0, 1), for the jitter of waits. */
  random: () => number;
  start: (onObservation: (observation: PlantObservation) => void) => PlantSource;
}

/** From a capture's end to its next start: an interface may come back, rights may be given. */
const RETRY_MS_MIN = 5000;
const RETRY_MS_MAX = 300_000;

/** A power cut costs as much learning; the file is some hundred KiB, and flash wears. */
const KEEP_MS = 900_000;
/** How soon `baseline approve` by a person shows. */
const LOOK_MS = 60_000;

/** Rejects with FieldwardenError (78) for a baseline that is none, and with DiskErrors. */
export async function createPlantWatch(options: PlantWatchOptions): Promise<PlantWatch> {
  const { thing, clock, log, baselineFile, stateFile, learnMs, repeatsMin } = options;
  const kept = await baselineFile.read();
  const parsed = kept === null ? null : parseBaseline(textOf(kept));
  if (parsed !== null && "problem" in parsed) {
    // Learning anew over it would make normal what was found before: a person decides.
    throw new FieldwardenError(
      ExitCode.config,
      `the plant baseline cannot be used: ${parsed.problem}`,
      "Take it from a copy, or move it away to learn anew.",
    );
  }
  const baseline = createBaseline(parsed?.file ?? newBaselineFile(repeatsMin));
  const saved = readState(await stateFile.read());
  const detector = createPlantDetector({ thing, baseline, saved });
  /** The baseline's bytes as they lie on the disk, as far as we know. */
  let onDisk = kept;
  let isFailing = false;
  let isStateDue = false;
  let keptMs = clock.monotonicMs();
  let lookedMs = keptMs;
  const found: Finding[] = [];

  function observe(observation: PlantObservation): void {
    const findings = detector.observe(observation);
    found.push(...findings);
    isStateDue ||= findings.length > 0;
    if (!baseline.isLearning || baseline.learntMs < learnMs) return;
    baseline.freeze();
    keptMs = Number.NEGATIVE_INFINITY;
    log.info("plant baseline frozen", { learnt_s: Math.round(baseline.learntMs / 1000) });
  }

  const capture = createCapture(options, observe);

  /** What a person approved meanwhile counts; what was seen since the last keeping is seen again. */
  async function look(): Promise<void> {
    const bytes = await baselineFile.read();
    if (bytes === null || (onDisk !== null && Buffer.compare(bytes, onDisk) === 0)) return;
    onDisk = bytes;
    const read = parseBaseline(textOf(bytes));
    if ("problem" in read) log.warn("plant baseline changed, unusable", { reason: read.problem });
    else {
      baseline.replace(read.file);
      log.info("plant baseline changed", { interactions: read.file.interactions.length });
    }
  }

  async function keepAll(): Promise<void> {
    await look();
    const bytes = bytesOf(baseline.file());
    await baselineFile.replace(bytes);
    onDisk = bytes;
    keptMs = clock.monotonicMs();
  }

  async function tolerating(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      isFailing = false;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (!isFailing) log.error("plant baseline cannot be kept", { reason: error.message });
      isFailing = true;
    }
  }

  async function keepDue(isAll: boolean): Promise<void> {
    const nowMs = clock.monotonicMs();
    if (isAll || nowMs - keptMs >= KEEP_MS) {
      // A disk that fails is tried again after as long.
      keptMs = nowMs;
      await tolerating(keepAll);
    } else if (nowMs - lookedMs >= LOOK_MS) {
      lookedMs = nowMs;
      await tolerating(look);
    }
    if (!isStateDue && !isAll) return;
    isStateDue = false;
    await tolerating(() => stateFile.replace(bytesOf(detector.state())));
  }

  return {
    baseline,
    get problem() {
      return capture.problem;
    },
    tick() {
      capture.tick();
      return found.splice(0);
    },
    keep: () => keepDue(false),
    learningUntilMs: () =>
      baseline.isLearning ? clock.wallMs() + Math.max(0, learnMs - baseline.learntMs) : null,
    async close() {
      await capture.close();
      await keepDue(true);
      return found.splice(0);
    },
  };
}

/** A source that is started again, after growing waits, when it ends. */
function createCapture(
  { clock, log, random, start }: PlantWatchOptions,
  observe: (observation: PlantObservation) => void,
) {
  const backoff = createBackoff({ delayMsMin: RETRY_MS_MIN, delayMsMax: RETRY_MS_MAX, random });
  let source: PlantSource | null = null;
  let dueMs = 0;
  let problem = "";
  let isClosing = false;

  function begin(): void {
    source = start((observation) => {
      if (observation.conversations.length > 0) {
        problem = "";
        backoff.reset();
      }
      observe(observation);
    });
    source.ended.then(
      () => fail("it ended"),
      (error: Error) => fail(error.message),
    );
  }

  function fail(reason: string): void {
    source = null;
    if (isClosing) return;
    problem = reason;
    const waitMs = backoff.nextMs();
    dueMs = clock.monotonicMs() + waitMs;
    log.error("plant capture ended", { reason, again_in_s: Math.round(waitMs / 1000) });
  }

  begin();
  return {
    get problem() {
      return problem;
    },
    tick() {
      if (source === null && clock.monotonicMs() >= dueMs) begin();
      source?.tick(clock.wallMs());
    },
    async close() {
      isClosing = true;
      // Why it ended was said when it did.
      await source?.close().catch(() => {});
    },
  };
}

/** Matters that lasted; none where the file is damaged: they are told once more. */
function readState(bytes: Uint8Array | null): PlantDetectorState | null {
  if (bytes === null) return null;
  try {
    const state = JSON.parse(textOf(bytes));
    return Array.isArray(state?.matters) ? state : null;
  } catch {
    return null;
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
