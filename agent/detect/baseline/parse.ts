/** A baseline file as it was read: hand-edited or damaged, it is checked to its last member. */
import { commandClasses, plantActions } from "../../core/plant.ts";
import { isObject, type Members } from "../check.ts";
import { HISTOGRAM_BUCKETS_MAX } from "./histogram.ts";
import {
  BASELINE_ASSETS_MAX,
  BASELINE_INTERACTIONS_MAX,
  BASELINE_VERSION,
  BASELINE_WEAKNESSES_MAX,
  type BaselineFile,
  COMMANDS_PER_INTERACTION_MAX,
  MACS_PER_ASSET_MAX,
  OBJECTS_PER_INTERACTION_MAX,
} from "./row.ts";

/** Longest name of an address, protocol, command or object. */
const TEXT_CHARACTERS_MAX = 256;
/** Rules that found something while learning. */
const RULES_MAX = 256;

export type ParsedBaseline = { file: BaselineFile } | { problem: string };

/** Never throws. */
export function parseBaseline(text: string): ParsedBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "it is not JSON" };
  }
  if (!isObject(value)) return { problem: "it is not an object" };
  if (value.version !== BASELINE_VERSION) {
    return { problem: `its version is ${value.version}; this program reads ${BASELINE_VERSION}` };
  }
  const wrong = Object.entries(members).find(([name, isRight]) => !isRight(value[name]));
  if (wrong !== undefined) return { problem: `its member ${wrong[0]} is not as it should be` };
  return { file: value as unknown as BaselineFile };
}

type Check = (value: unknown) => boolean;

/** As far as a Date reaches (ECMA-262, Time Values). */
const NUMBER_MAX = 8.64e15;
const isCount: Check = (value) => typeof value === "number" && value >= 0 && value <= NUMBER_MAX;
const isText: Check = (value) => typeof value === "string" && value.length <= TEXT_CHARACTERS_MAX;
const isFlag: Check = (value) => typeof value === "boolean";
const among =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const listOf =
  (isItem: Check, itemsMax: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= itemsMax && value.every(isItem);
const shaped =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(shape).every(([name, isRight]) => isRight(value[name]));
const orNull =
  (isRight: Check): Check =>
  (value) =>
    value === null || isRight(value);

const row = { learnt: isFlag, count: isCount, firstMs: isCount, lastMs: isCount };

const isCommand = shaped({
  ...row,
  command: isText,
  commandClass: among(commandClasses),
  action: (value) => value === undefined || among(plantActions)(value),
});

const isPoll = shaped({
  count: isCount,
  lastMs: isCount,
  gapMeanMs: isCount,
  gapDeviationMs: isCount,
  gapMaxMs: isCount,
});

const isInteraction = shaped({
  ...row,
  client: isText,
  server: isText,
  protocol: isText,
  port: isCount,
  commands: listOf(isCommand, COMMANDS_PER_INTERACTION_MAX),
  objects: listOf(isText, OBJECTS_PER_INTERACTION_MAX),
  hasMoreObjects: isFlag,
  requests: isCount,
  responses: isCount,
  errors: isCount,
  slots: isCount,
  writes: listOf(isCount, HISTOGRAM_BUCKETS_MAX),
  commandsMax: isCount,
  poll: orNull(isPoll),
});

const isTally: Check = (value) =>
  isObject(value) &&
  Object.keys(value).length <= RULES_MAX &&
  Object.values(value as Members).every(isCount);

const members: Readonly<Record<string, Check>> = {
  phase: among(["learning", "frozen"]),
  repeatsMin: isCount,
  learntMs: isCount,
  firstMs: isCount,
  lastMs: isCount,
  frozenMs: isCount,
  lostCount: isCount,
  droppedCount: isCount,
  findings: isTally,
  assets: listOf(
    shaped({ ...row, address: isText, macs: listOf(isText, MACS_PER_ASSET_MAX) }),
    BASELINE_ASSETS_MAX,
  ),
  interactions: listOf(isInteraction, BASELINE_INTERACTIONS_MAX),
  weaknesses: listOf(shaped({ ...row, subject: isText, value: isText }), BASELINE_WEAKNESSES_MAX),
};
