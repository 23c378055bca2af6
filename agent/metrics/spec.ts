/** The options of custom metrics: what each member is, and which metrics are ready by name. */
import { type CustomType, customNamePattern, customTypes } from "../core/custom-value.ts";
import type {
  MemberSpecs,
  ObjectsSpec,
  ObjectValue,
  ScalarValue,
  ValuesOf,
  VariantSpec,
} from "../core/option.ts";
import type { MetricSource } from "./source.ts";
import { metricSources } from "./sources/index.ts";

/** AWS registers 100 per account by default, and a report's readings are among them. */
const METRICS_MAX = 100;

/** Longest time limit of one reading. */
const TIMEOUT_S_MAX = 60;

/** Members of every metric, whatever its source. */
const commonMembers = {
  name: {
    type: "string",
    default: "",
    required: true,
    pattern: customNamePattern,
    help: "Name as registered: 1 to 128 of a-z A-Z 0-9 : _ - and not starting with aws:.",
  },
  type: {
    type: "string",
    default: "number",
    oneOf: customTypes,
    required: true,
    help: "Type as registered.",
  },
  interval_s: {
    type: "integer",
    default: 0,
    min: 0,
    max: 86_400,
    help: "Least seconds between two readings; a report without a new one leaves it out. 0: each report.",
  },
  timeout_s: {
    type: "integer",
    default: 10,
    min: 1,
    max: TIMEOUT_S_MAX,
    help: "Seconds after which a reading is given up.",
  },
} as const satisfies MemberSpecs;

export type CommonMembers = ValuesOf<typeof commonMembers>;

export const metricsOption: ObjectsSpec = {
  type: "objects",
  default: [],
  countMax: METRICS_MAX,
  members: commonMembers,
  uniqueBy: "name",
  variantBy: "source",
  variants: Object.fromEntries(metricSources.map((source) => [source.name, variantOf(source)])),
  help: "Custom metrics of your own: a list of objects with name, type, source and its members.",
};

function variantOf({ types, members, help, problemOf }: MetricSource): VariantSpec {
  return {
    help,
    members,
    problemOf(value) {
      const { type } = value as unknown as CommonMembers;
      if (!types.includes(type)) return `has type ${type}: the source gives ${types.join(", ")}`;
      return problemOf?.(value, type) ?? null;
    },
  };
}

/** Metrics that need no more than their name. */
const ready = {
  failed_logins: { type: "number", source: "failed-logins" },
  new_setuid_files: { type: "string-list", source: "new-setuid-files" },
  listening_processes: { type: "string-list", source: "listening-processes" },
  clock_step_seconds: { type: "number", source: "clock-step" },
  clock_synchronized: { type: "number", source: "clock-synchronized" },
  kernel_tainted: { type: "number", source: "file", path: "/proc/sys/kernel/tainted" },
  boot_count: { type: "number", source: "boot-count" },
} as const satisfies Record<string, { type: CustomType; source: string; path?: string }>;

export const readyNames = Object.keys(ready) as (keyof typeof ready)[];

/** The metric of this name as if it had been written out; one that the list has by that name wins. */
export function metricSpecsOf(
  configured: readonly ObjectValue[],
  readyByName: readonly string[],
): ObjectValue[] {
  const names = new Set(configured.map(({ name }) => name));
  const added = readyNames
    .filter((name) => readyByName.includes(name) && !names.has(name))
    .map((name) => completed({ name, ...ready[name] }));
  return [...configured, ...added];
}

/** With the defaults of all members that are not given. */
function completed(given: { name: string; source: string } & ObjectValue): ObjectValue {
  const members = { ...commonMembers, ...metricsOption.variants[given.source]!.members };
  const defaults: Record<string, ScalarValue> = {};
  for (const [member, spec] of Object.entries(members)) defaults[member] = spec.default;
  return { ...defaults, ...given };
}
