import type { MlJudge, MlQuestion, MlVerdict } from "../ml.ts";
import type { ConfidenceLevel } from "../profile.ts";
import { createMetricModel, type Judgement, type MetricModel, MODEL_FLOATS } from "./model.ts";
import { createTogether, type Together } from "./together.ts";

/**
 * The share of ordinary datapoints that is judged unusual, by confidence. With a report every 300 s that
 * is three a day, one a day, and two a week for each behavior; consecutiveDatapointsToAlarm 2 makes
 * alarms of chance far rarer still. AWS publishes no such figures.
 */
export const falseAlarmRates: Readonly<Record<ConfidenceLevel, number>> = {
  LOW: 0.01,
  MEDIUM: 0.003,
  HIGH: 0.001,
};

const levels = ["LOW", "MEDIUM", "HIGH"] as const satisfies readonly ConfidenceLevel[];
const rates = levels.map((level) => falseAlarmRates[level]);

/** Of the reports that a rate finds unusual without a reason, those found so by all metrics together. */
const TOGETHER_SHARE = 0.1;
const togetherRates = rates.map((rate) => rate * TOGETHER_SHARE);

/** Things whose metrics are looked at together; one takes 25 KB. A gateway has itself. */
const TOGETHER_THINGS_MAX = 64;

export interface MlSettings {
  /** A model judges when it is as old as this and has seen this many datapoints. */
  trainingMs: number;
  trainingDatapointsMin: number;
  /** Models kept, one per thing and metric; for more, there is none. */
  modelsMax: number;
}

/**
 * 14 days as AWS has it. AWS's 25,000 datapoints are those of all devices of a profile together; one
 * device that reports every five minutes has 4,032 in that time.
 */
export const mlSettings: MlSettings = {
  trainingMs: 14 * 86_400_000,
  trainingDatapointsMin: 1000,
  modelsMax: 10_000,
};

/** Trains on what it is asked, on the device itself, and judges when it has seen enough. */
export interface LearningJudge extends MlJudge {
  /** All models, for the next start. */
  state(): Uint8Array;
}

interface Model {
  floats: Float32Array;
  model: MetricModel;
  firstMs: number;
  datapoints: number;
  /** The answer to the newest datapoint: behaviors of one metric ask for it one after the other. */
  lastMs: number;
  last: Judgement | null;
}

/** State of another version, or damaged, is as good as none: the models learn anew. */
export function createMlJudge(settings: MlSettings, saved: Uint8Array | null): LearningJudge {
  const models = saved === null ? new Map<string, Model>() : modelsOf(saved, settings.modelsMax);

  const together = new Map<string, Together>();

  function togetherFor(thing: string): Together | null {
    const known = together.get(thing);
    if (known !== undefined || together.size >= TOGETHER_THINGS_MAX) return known ?? null;
    const fresh = createTogether(togetherRates);
    together.set(thing, fresh);
    return fresh;
  }

  function modelFor({ thing, metric, timeMs }: MlQuestion): Model | null {
    const key = `${thing}\n${metric}`;
    const known = models.get(key);
    if (known !== undefined) return known;
    if (models.size >= settings.modelsMax) return null;
    const fresh = modelOver(new Float32Array(MODEL_FLOATS), timeMs, 0);
    models.set(key, fresh);
    return fresh;
  }

  return {
    judge(question) {
      const model = modelFor(question);
      if (model === null) return null;
      const { timeMs, value, confidence } = question;
      if (timeMs !== model.lastMs) {
        model.last = model.model.judge(timeMs, value);
        model.lastMs = timeMs;
        model.datapoints++;
        const { thing, metric } = question;
        if (model.last) togetherFor(thing)?.take(metric, timeMs, model.last.distance);
      }
      const isTrained =
        timeMs - model.firstMs >= settings.trainingMs &&
        model.datapoints >= settings.trainingDatapointsMin;
      if (!isTrained || model.last === null) return null;
      const rate = levels.indexOf(confidence);
      const isWithOthers = together.get(question.thing)?.isUnusual(question.metric, rate) === true;
      return verdictOf(question, model.last, rate, isWithOthers);
    },
    state: () => bytesOf(models),
  };
}

/** Says what was expected. A value inside its range is unusual when several in a row lean one way. */
function verdictOf(
  question: MlQuestion,
  judgement: Judgement,
  rate: number,
  isWithOthers: boolean,
): MlVerdict {
  const { value, metric } = question;
  const { level, score, stepDown, stepUp } = judgement;
  const threshold = judgement.thresholds[rate]!;
  const low = level - threshold * stepDown;
  const high = level + threshold * stepUp;
  const range = `expected ${shown(low)} to ${shown(high)} at this hour, usually ${shown(level)}`;
  const isInside = value >= low && value <= high;
  const lean = isInside && score > threshold ? "; the last three lean one way" : "";
  const others = isWithOthers ? "; with the other metrics, the report before was unusual" : "";
  return {
    conforms: score <= threshold && !isWithOthers,
    why: `${metric} is ${shown(value)}, ${range}${lean}${others}`,
    numbers: { value, expected_low: low, expected_high: high, usual: level, score, threshold },
  };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

// --- state: u32 version, u32 models, then for each: u32 key length, key, f64 first time, f64 newest
// time, f64 datapoints, floats ---

const VERSION = 1;
const HEADER_BYTES = 8;
const FIXED_BYTES = 4 + 3 * 8 + MODEL_FLOATS * 4;

function bytesOf(models: ReadonlyMap<string, Model>): Uint8Array {
  const keys = [...models.keys()].map((key) => new TextEncoder().encode(key));
  const length = keys.reduce((sum, key) => sum + key.length + FIXED_BYTES, HEADER_BYTES);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  view.setUint32(4, models.size, true);
  let at = HEADER_BYTES;
  [...models.values()].forEach(({ firstMs, lastMs, datapoints, floats }, index) => {
    const key = keys[index]!;
    view.setUint32(at, key.length, true);
    bytes.set(key, at + 4);
    at += 4 + key.length;
    for (const number of [firstMs, lastMs, datapoints]) {
      view.setFloat64(at, number, true);
      at += 8;
    }
    bytes.set(new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength), at);
    at += MODEL_FLOATS * 4;
  });
  return bytes;
}

function modelsOf(bytes: Uint8Array, modelsMax: number): Map<string, Model> {
  const models = new Map<string, Model>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== VERSION) return models;
  const count = Math.min(view.getUint32(4, true), modelsMax);
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    if (at + FIXED_BYTES > bytes.length) break;
    const keyLength = view.getUint32(at, true);
    if (keyLength > bytes.length - at - FIXED_BYTES) break;
    const key = new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + keyLength));
    at += 4 + keyLength;
    const [firstMs, lastMs, datapoints] = [0, 8, 16].map((offset) =>
      view.getFloat64(at + offset, true),
    ) as [number, number, number];
    at += 24;
    const floats = new Float32Array(bytes.slice(at, at + MODEL_FLOATS * 4).buffer);
    at += MODEL_FLOATS * 4;
    if (!floats.every(Number.isFinite)) continue;
    const model = modelOver(floats, firstMs, datapoints);
    models.set(key, { ...model, lastMs });
  }
  return models;
}

function modelOver(floats: Float32Array, firstMs: number, datapoints: number): Model {
  return {
    floats,
    model: createMetricModel(floats, rates),
    firstMs,
    datapoints,
    lastMs: Number.NEGATIVE_INFINITY,
    last: null,
  };
}
