import { isMap, isScalar, isSeq, type Node } from "yaml";
import { type Read, readScalar, scalarSchemaOf, shown, suggestionOf } from "./config-values.ts";
import type {
  MemberSpec,
  MemberSpecs,
  ObjectsSpec,
  ObjectValue,
  ScalarValue,
} from "./core/option.ts";

/** The checked objects of one option, and everything that is wrong with them, each with its place. */
export interface ReadObjects {
  values: ObjectValue[];
  problems: string[];
}

/** Reads a YAML list of objects. `placeOf` says where a node is: "gateway.yaml:12". */
export function readObjects(
  name: string,
  spec: ObjectsSpec,
  node: Node | null,
  placeOf: (node: Node | null) => string,
): ReadObjects {
  const problems: string[] = [];
  const values: ObjectValue[] = [];
  if (!isSeq(node)) {
    const value = node?.toJSON() ?? null;
    return {
      values,
      problems: [`${placeOf(node)}: ${name} is ${shown(value)}: it takes a list of objects`],
    };
  }
  if (node.items.length > spec.countMax) {
    problems.push(`${placeOf(node)}: ${name} has ${node.items.length}: it takes ${spec.countMax}`);
  }
  const seen = new Set<ScalarValue>();
  for (const [index, item] of (node.items as Node[]).entries()) {
    const found: string[] = [];
    const value = readObject(spec, item, (problem, at = item) => {
      found.push(`${placeOf(at)}: ${name}[${index}] ${problem}`);
    });
    const id = value[spec.uniqueBy];
    if (id !== undefined && seen.has(id)) {
      found.push(`${placeOf(item)}: ${name}[${index}] has the ${spec.uniqueBy} "${id}" of another`);
    }
    if (id !== undefined) seen.add(id);
    if (found.length === 0) values.push(value);
    problems.push(...found);
  }
  return { values, problems };
}

type Report = (problem: string, at?: Node) => void;

function readObject(spec: ObjectsSpec, item: Node, report: Report): ObjectValue {
  if (!isMap(item)) {
    report(`is ${shown(item?.toJSON())}: it takes "member: value" lines`);
    return {};
  }
  const given = new Map(
    item.items.map(({ key, value }) => [
      String(isScalar(key) ? key.value : key),
      { node: key as Node, json: (value as Node | null)?.toJSON() as unknown },
    ]),
  );
  const word = given.get(spec.variantBy)?.json;
  const variant = typeof word === "string" ? spec.variants[word] : undefined;
  const members = { ...spec.members, ...variantMemberOf(spec), ...variant?.members };
  const value: Record<string, ScalarValue> = {};
  let isGood = true;
  for (const [member, memberSpec] of Object.entries(members)) {
    const { node, json } = given.get(member) ?? {};
    const read = node === undefined ? absent(memberSpec) : readMember(memberSpec, json);
    if ("value" in read) value[member] = read.value;
    else {
      isGood = false;
      report(`${member} ${read.problem}`, node);
    }
  }
  for (const [member, { node }] of given) {
    // Without a known variant nobody can say which members it has.
    if (member in members || variant === undefined) continue;
    isGood = false;
    report(`has no member "${member}"${suggestionOf(member, Object.keys(members))}`, node);
  }
  const problem = isGood ? (variant?.problemOf(value) ?? null) : null;
  if (problem !== null) report(problem);
  return value;
}

function absent(spec: MemberSpec): Read<ScalarValue> {
  return spec.required ? { problem: "is missing" } : { value: spec.default };
}

/** Lists in objects are YAML lists as they stand: a program's argument may hold a comma. */
function readMember(spec: MemberSpec, value: unknown): Read<ScalarValue> {
  if (spec.type !== "list") return readScalar(spec, value);
  const isText = (item: unknown) => typeof item === "string" || typeof item === "number";
  return Array.isArray(value) && value.every(isText)
    ? { value: value.map(String) }
    : { problem: `is ${shown(value)}: it takes a list of strings` };
}

/** The member that decides is one more member: a word out of those there are. */
function variantMemberOf({ variantBy, variants }: ObjectsSpec): MemberSpecs {
  const words = Object.keys(variants);
  const help = "Which of the kinds below it is.";
  return { [variantBy]: { type: "string", default: "", oneOf: words, required: true, help } };
}

/** The JSON Schema of the list: one kind of object for each variant. */
export function objectsSchemaOf(spec: ObjectsSpec): object {
  return {
    type: "array",
    description: spec.help,
    default: spec.default,
    maxItems: spec.countMax,
    items: {
      oneOf: Object.entries(spec.variants).map(([word, { help, members }]) => {
        const all = { ...spec.members, ...members };
        const required = Object.keys(all).filter((member) => all[member]!.required);
        return {
          type: "object",
          description: help,
          additionalProperties: false,
          required: [spec.variantBy, ...required],
          properties: {
            [spec.variantBy]: { const: word },
            ...Object.fromEntries(
              Object.entries(all).map(([member, one]) => [member, scalarSchemaOf(one)]),
            ),
          },
        };
      }),
    },
  };
}
