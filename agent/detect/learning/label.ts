import { isObject, shown } from "../check.ts";

/** A time in which something was done to a thing: an alarm in it is a detection. */
export interface Label {
  thing: string;
  fromMs: number;
  toMs: number;
  label: string;
}

/** Labels of one recording: an attack library has a handful for each thing. */
export const LABELS_MAX = 100_000;

/** A line {"thing":…,"from":epoch ms,"to":epoch ms,"label":…}, or what is wrong with it. */
export function parseLabel(line: string): Label | string {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  if (!isObject(entry)) return "not an object";
  const { thing, from, to, label } = entry;
  if (typeof thing !== "string" || thing === "") return `thing ${shown(thing)} is no name`;
  if (typeof label !== "string" || label === "") return `label ${shown(label)} is no text`;
  if (!Number.isSafeInteger(from)) return "from is not in whole epoch milliseconds";
  if (!Number.isSafeInteger(to)) return "to is not in whole epoch milliseconds";
  if ((to as number) < (from as number)) return "to is before from";
  return { thing, fromMs: from as number, toMs: to as number, label };
}
