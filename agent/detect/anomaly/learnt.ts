import { BytesError, createReader, createWriter, type Reader } from "../bytes.ts";
import { MODEL_FLOATS } from "./model.ts";
import { TOGETHER_FLOATS, type TogetherState } from "./together.ts";

/** What the models have learnt, as bytes for the next start. */
export interface Learnt {
  /** By thing and metric. */
  models: ReadonlyMap<string, LearntModel>;
  /** By thing. */
  together: ReadonlyMap<string, TogetherState>;
}

export interface LearntModel {
  floats: Float32Array;
  /** Of its first and newest datapoint, and how many there were. */
  firstMs: number;
  lastMs: number;
  datapoints: number;
}

/** First in the bytes: those of another make are not read. */
const MAGIC = "fieldwarden models 2";

export function encodeModels({ models, together }: Learnt): Uint8Array {
  const writer = createWriter();
  writer.text(MAGIC);
  writer.whole(models.size);
  for (const [key, { firstMs, lastMs, datapoints, floats }] of models) {
    writer.text(key);
    for (const number of [firstMs, lastMs, datapoints]) writer.float(number);
    writer.floats(floats);
  }
  writer.whole(together.size);
  for (const [thing, { metrics, currentMs, current, floats }] of together) {
    writer.text(thing);
    writer.whole(metrics.length);
    for (const metric of metrics) writer.text(metric);
    writer.float(currentMs);
    writer.whole(current.size);
    for (const [metric, distance] of current) {
      writer.text(metric);
      writer.float(distance);
    }
    writer.floats(floats);
  }
  return writer.bytes();
}

/** Null when the bytes are damaged or of another version. */
export function decodeModels(bytes: Uint8Array): Learnt | null {
  try {
    const reader = createReader(bytes);
    if (reader.text() !== MAGIC) return null;
    const models = readMap(reader, () => ({
      firstMs: reader.float(),
      lastMs: reader.float(),
      datapoints: reader.float(),
      floats: reader.floats(MODEL_FLOATS),
    }));
    const together = readMap(reader, () => ({
      metrics: [...readMap(reader, () => null).keys()],
      currentMs: reader.float(),
      current: readMap(reader, () => reader.float()),
      floats: reader.floats(TOGETHER_FLOATS),
    }));
    return reader.isAtEnd() ? { models, together } : null;
  } catch (error) {
    if (error instanceof BytesError) return null;
    throw error;
  }
}

/** Ends with the bytes, however large the count that they claim. */
function readMap<T>(reader: Reader, read: () => T): Map<string, T> {
  const map = new Map<string, T>();
  for (let rest = reader.whole(); rest > 0; rest--) map.set(reader.text(), read());
  return map;
}
