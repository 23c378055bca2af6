/** Holds an operation's input to the model: types, required members, lengths, ranges, patterns, enums. */
import { invalid, ServiceError } from "./errors.ts";
import type { Operation, ServiceModel, ShapeModel } from "./model.ts";
import type { Input } from "./request.ts";

/** Of one request's faults, so many are told. */
const FAULTS_MAX = 10;
/** No operation nests deeper. */
const DEPTH_MAX = 24;
/** A fault quotes at most so much of a value. */
const QUOTED_MAX = 256;

/** Throws InvalidRequestException that names each member and constraint, as AWS words it. */
export function validate(operation: Operation, input: Input): void {
  if (operation.input === undefined) return;
  const faults: string[] = [];
  check(operation.service, operation.input, input, "", faults, 0);
  if (faults.length === 0) return;
  const many = faults.length === 1 ? "1 validation error" : `${faults.length} validation errors`;
  throw invalid(`${many} detected: ${faults.join("; ")}`);
}

/** Whether a reply's members have the model's types; which of them are there is not asked. */
export function isOfItsTypes({ service, output: name }: Operation, output: object): boolean {
  if (name === undefined) return true;
  try {
    check(service, name, output, "", [], 0);
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

function check(
  service: ServiceModel,
  name: string,
  value: unknown,
  path: string,
  faults: string[],
  depth: number,
): void {
  const shape = service.shapes[name];
  if (shape === undefined || depth > DEPTH_MAX || faults.length >= FAULTS_MAX) return;
  switch (shape.type) {
    case "structure":
      structure(service, shape, value, path, faults, depth);
      break;
    case "list":
      list(service, shape, value, path, faults, depth);
      break;
    case "map":
      map(service, shape, value, path, faults, depth);
      break;
    default:
      scalar(shape, value, path, faults);
  }
}

function structure(
  service: ServiceModel,
  shape: ShapeModel,
  value: unknown,
  path: string,
  faults: string[],
  depth: number,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(path, "an object");
  }
  const given = value as Record<string, unknown>;
  for (const required of shape.required ?? []) {
    if (given[required] !== undefined && given[required] !== null) continue;
    faults.push(faultOf(null, join(path, required), "Member must not be null"));
  }
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const inner = given[name];
    if (inner === undefined || inner === null) continue;
    check(service, member.shape, inner, join(path, name), faults, depth + 1);
  }
}

function list(
  service: ServiceModel,
  shape: ShapeModel,
  value: unknown,
  path: string,
  faults: string[],
  depth: number,
): void {
  if (!Array.isArray(value)) throw wrongType(path, "a list");
  length(shape, value.length, value, path, faults);
  for (const [at, item] of value.entries()) {
    check(service, shape.member ?? "", item, `${path}.${at + 1}.member`, faults, depth + 1);
  }
}

function map(
  service: ServiceModel,
  shape: ShapeModel,
  value: unknown,
  path: string,
  faults: string[],
  depth: number,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrongType(path, "an object");
  }
  const entries = Object.entries(value);
  length(shape, entries.length, value, path, faults);
  for (const [key, inner] of entries) {
    check(service, shape.key ?? "", key, `${path}.key`, faults, depth + 1);
    check(service, shape.value ?? "", inner, join(path, key), faults, depth + 1);
  }
}

function scalar(shape: ShapeModel, value: unknown, path: string, faults: string[]): void {
  switch (shape.type) {
    case "string":
      if (typeof value !== "string") throw wrongType(path, "a string");
      text(shape, value, path, faults);
      break;
    case "boolean":
      if (typeof value !== "boolean") throw wrongType(path, "true or false");
      break;
    case "integer":
    case "long":
    case "double":
    case "float":
    case "timestamp":
      if (typeof value !== "number") throw wrongType(path, "a number");
      number(shape, value, path, faults);
  }
}

function text(shape: ShapeModel, value: string, path: string, faults: string[]): void {
  length(shape, [...value].length, value, path, faults);
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    const all = `[${shape.enum.join(", ")}]`;
    faults.push(faultOf(value, path, `Member must satisfy enum value set: ${all}`));
  }
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value)) {
    const wanted = `Member must satisfy regular expression pattern: ${shape.pattern}`;
    faults.push(faultOf(value, path, wanted));
  }
}

function number({ type, min, max }: ShapeModel, value: number, path: string, faults: string[]) {
  if ((type === "integer" || type === "long") && !Number.isInteger(value)) {
    faults.push(faultOf(value, path, "Member must be a whole number"));
  }
  if (min !== undefined && value < min) {
    faults.push(faultOf(value, path, `Member must have value greater than or equal to ${min}`));
  }
  if (max !== undefined && value > max) {
    faults.push(faultOf(value, path, `Member must have value less than or equal to ${max}`));
  }
}

function length(
  { min, max }: ShapeModel,
  many: number,
  value: unknown,
  path: string,
  faults: string[],
) {
  if (min !== undefined && many < min) {
    faults.push(faultOf(value, path, `Member must have length greater than or equal to ${min}`));
  }
  if (max !== undefined && many > max) {
    faults.push(faultOf(value, path, `Member must have length less than or equal to ${max}`));
  }
}

const join = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);

function faultOf(value: unknown, path: string, constraint: string): string {
  const quoted = value === null ? "null" : `'${textOf(value).slice(0, QUOTED_MAX)}'`;
  return `Value ${quoted} at '${path}' failed to satisfy constraint: ${constraint}`;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function wrongType(path: string, wanted: string): ServiceError {
  const where = path === "" ? "The input" : `The value at '${path}'`;
  return new ServiceError("SerializationException", `${where} is not ${wanted}`);
}

const patterns = new Map<string, RegExp>();

/** Classes of Java's regular expressions (java.util.regex.Pattern) that JavaScript lacks. */
const javaClasses: readonly (readonly [RegExp, string])[] = [
  [/\\p\{Graph\}/g, "\\x21-\\x7e"],
  [/\\p\{Digit\}/g, "0-9"],
  [/\\p\{Upper\}/g, "A-Z"],
  [/\\p\{Cntrl\}/g, "\\x00-\\x1f\\x7f"],
  [/\\p\{Print\}/g, "\\x20-\\x7e"],
  [/\\p\{Alnum\}/g, "a-zA-Z0-9"],
  [/\\p\{Punct\}/g, "!-\\/:-@\\[-`{-~"],
];

/** The whole value must fit, as with Java's matches(). */
function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const translated = javaClasses.reduce((text, [from, to]) => text.replace(from, to), source);
  const made = compiled(translated);
  patterns.set(source, made);
  return made;
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    // Some of the model's patterns escape what needs none, which the "u" flag refuses.
    return new RegExp(`^(?:${source})$`);
  }
}
