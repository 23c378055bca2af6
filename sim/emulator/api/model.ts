/** AWS's service models as values, and how a request finds the operation that it means. */
import { models } from "./model-data.ts";
import type { OperationModel, ServiceModel } from "./service-model.ts";

export type { MemberModel, ServiceModel, ShapeModel } from "./service-model.ts";

export interface Operation extends OperationModel {
  name: string;
  service: ServiceModel;
}

/** Labels of the path by name, still as text. */
export interface Matched {
  operation: Operation;
  labels: Readonly<Record<string, string>>;
}

interface Pattern {
  operation: Operation;
  segments: readonly string[];
}

/** In the order in which they are tried where two services have the same path. */
const serviceNames = ["iot", "iot-data", "iot-jobs-data"];

const byMethod = patternsByMethod();

/** The operation of a service by its name. */
export function operationOf(name: string, service = "iot"): Operation | null {
  const model = models[service];
  const operation = model?.operations[name];
  return model === undefined || operation === undefined
    ? null
    : { ...operation, name, service: model };
}

export function operationNames(service = "iot"): string[] {
  return Object.keys(models[service]?.operations ?? {});
}

/**
 * The operation that a request means. The jobs data plane shares two paths with the control plane; the
 * service that the request was signed for decides.
 * @param path as in the request line, without query: each segment is percent-encoded
 */
export function matchOf(method: string, path: string, signedFor: string): Matched | null {
  const segments = path.split("/").slice(1);
  const found = (byMethod.get(method) ?? []).filter(({ segments: of }) => isMatch(of, segments));
  const jobs = models["iot-jobs-data"];
  const wanted = found.filter(
    ({ operation }) => (operation.service === jobs) === (signedFor === "iot-jobs-data"),
  );
  // A literal segment says more than a label.
  const best = (wanted.length > 0 ? wanted : found).sort(
    (a, b) => labelsIn(a.segments) - labelsIn(b.segments),
  )[0];
  return best === undefined ? null : readLabels(best, segments);
}

function patternsByMethod(): ReadonlyMap<string, Pattern[]> {
  const patterns = new Map<string, Pattern[]>();
  for (const service of serviceNames) {
    for (const name of operationNames(service)) {
      const operation = operationOf(name, service);
      if (operation === null) continue;
      const segments = operation.uri.split("?", 1)[0]?.split("/").slice(1) ?? [];
      const of = patterns.get(operation.method) ?? [];
      patterns.set(operation.method, [...of, { operation, segments }]);
    }
  }
  return patterns;
}

const isLabel = (segment: string) => segment.startsWith("{");
const labelsIn = (segments: readonly string[]) => segments.filter(isLabel).length;

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1)?.endsWith("+}") === true;
  if (isOpen ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, at) => (isLabel(part) ? segments[at] !== "" : part === segments[at]));
}

/** Null where a segment is no percent-encoding. */
function readLabels({ operation, segments: pattern }: Pattern, segments: string[]): Matched | null {
  const labels: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    if (!isLabel(part)) continue;
    const isRest = part.endsWith("+}");
    const text = isRest ? segments.slice(at).join("/") : (segments[at] ?? "");
    try {
      labels[part.slice(1, isRest ? -2 : -1)] = decodeURIComponent(text);
    } catch {
      return null;
    }
  }
  return { operation, labels };
}
