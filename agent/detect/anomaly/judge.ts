import type { MlJudge, MlQuestion, MlVerdict } from "../ml.ts";
import type { ConfidenceLevel } from "../profile.ts";
import { decodeModels, encodeModels, type LearntModel } from "./learnt.ts";
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

/** Things whose metrics are looked at together; one takes 27 KB. A gateway has itself. */
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

interface Model extends LearntModel {
  model: MetricModel;
  /** The answer to the newest datapoint: behaviors of one metric ask for it one after the other. */
  last: Judgement | null;
}

/** State of another version, or damaged, is as good as none: the models learn anew. */
export function createMlJudge(settings: MlSettings, saved: Uint8Array | null): LearningJudge {
  const learnt = saved === null ? null : decodeModels(saved);
  const models = new Map<string, Model>();
  for (const [key, model] of learnt?.models ?? []) {
    if (models.size < settings.modelsMax) models.set(key, modelOver(model));
  }
  const together = new Map<string, Together>();
  for (const [thing, state] of learnt?.together ?? []) {
    if (together.size < TOGETHER_THINGS_MAX) {
      together.set(thing, createTogether(togetherRates, state));
    }
  }

  function togetherFor(thing: string): Together | null {
    const known = together.get(thing);
    if (known !== undefined || together.size >= TOGETHER_THINGS_MAX) return known ?? null;
    const fresh = createTogether(togetherRates, null);
    together.set(thing, fresh);
    return fresh;
  }

  function modelFor({ thing, metric, timeMs }: MlQuestion): Model | null {
    const key = `${thing}\n${metric}`;
    const known = models.get(key);
    if (known !== undefined) return known;
    if (models.size >= settings.modelsMax) return null;
    const fresh = modelOver({
      floats: new Float32Array(MODEL_FLOATS),
      firstMs: timeMs,
      lastMs: Number.NEGATIVE_INFINITY,
      datapoints: 0,
    });
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
    state: () =>
      encodeModels({
        models,
        together: new Map([...together].map(([thing, one]) => [thing, one.state()])),
      }),
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

function modelOver(learnt: LearntModel): Model {
  return { ...learnt, model: createMetricModel(learnt.floats, rates), last: null };
}
