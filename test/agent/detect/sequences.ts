/** Random profiles and what happens to them, for the tests of the detector. */
import * as fc from "fast-check";
import type { Datapoint } from "../../../agent/detect/datapoint.ts";
import type {
  Behavior,
  BehaviorCriteria,
  ComparisonOperator,
  SecurityProfile,
} from "../../../agent/detect/profile.ts";
import type { DetectSettings } from "../../../agent/detect/settings.ts";

export type Action =
  | { do: "observe"; thing: string; datapoints: Datapoint[]; afterMs: number }
  | { do: "advance"; afterMs: number }
  | { do: "use"; mask: number; afterMs: number };

export interface Sequence {
  profiles: SecurityProfile[];
  settings: Partial<DetectSettings>;
  actions: Action[];
}

export const START_MS = Date.UTC(2026, 10, 24, 6, 1, 30);
const DAY_MS = 86_400_000;

const numeric: readonly ComparisonOperator[] = [
  "less-than",
  "less-than-equals",
  "greater-than",
  "greater-than-equals",
];
const durations = [300, 600, 900, 1800, 3600];
const statistics = ["p0", "p0.1", "p10", "p50", "p90", "p99.9", "p100"];

const consecutive = fc.record(
  {
    consecutiveDatapointsToAlarm: fc.integer({ min: 1, max: 3 }),
    consecutiveDatapointsToClear: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);
const duration = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...durations).map((durationSeconds) => ({ durationSeconds })),
);

const numberCriteria = (member: "count" | "number", least: number, withDuration = true) =>
  fc
    .tuple(
      fc.constantFrom(...numeric),
      fc.integer({ min: least, max: 6 }),
      withDuration ? duration : fc.constant({}),
    )
    .map(([comparisonOperator, limit, during]) => ({
      comparisonOperator,
      value: { [member]: limit },
      ...during,
    }));
const statistical = fc
  .tuple(fc.constantFrom(...numeric), fc.constantFrom(...statistics), duration)
  .map(([comparisonOperator, statistic, during]) => ({
    comparisonOperator,
    statisticalThreshold: { statistic },
    ...during,
  }));
const ml = fc.constant({ mlDetectionConfig: { confidenceLevel: "HIGH" as const } });
const setCriteria = (operators: ComparisonOperator[], values: BehaviorCriteria["value"][]) =>
  fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...values))
    .map(([comparisonOperator, value]) => ({ comparisonOperator, value: value! }));

const small = fc.integer({ min: 0, max: 6 });
const count = small.map((value) => ({ count: value }));
const some = <T>(...items: T[]) => fc.subarray(items);

/** Every kind of metric: how it is judged, and what comes of it. */
const kinds = [
  {
    metric: "aws:all-bytes-out",
    criteria: fc.oneof(numberCriteria("count", 0), statistical, ml),
    value: count,
  },
  {
    metric: "aws:num-listening-tcp-ports",
    criteria: fc.oneof(numberCriteria("count", 0), statistical, ml),
    value: count,
  },
  {
    metric: "aws:num-messages-sent",
    criteria: fc.oneof(numberCriteria("count", 0), statistical, ml),
    value: count,
  },
  {
    metric: "aws:message-byte-size",
    criteria: fc.oneof(numberCriteria("count", 0, false), statistical, ml),
    value: count,
  },
  {
    metric: "battery",
    criteria: fc.oneof(numberCriteria("number", -2), statistical, ml),
    value: fc.integer({ min: -1, max: 6 }).map((number) => ({ number })),
  },
  {
    metric: "aws:listening-udp-ports",
    criteria: setCriteria(["in-port-set", "not-in-port-set"], [{ ports: [53, 67] }, { ports: [] }]),
    value: some(53, 67, 4840).map((ports) => ({ ports })),
  },
  {
    metric: "aws:destination-ip-addresses",
    criteria: setCriteria(
      ["in-cidr-set", "not-in-cidr-set"],
      [{ cidrs: ["10.0.0.0/8", "192.0.2.7"] }],
    ),
    value: some("10.1.2.3", "192.0.2.7", "192.0.2.8").map((cidrs) => ({ cidrs })),
  },
  {
    metric: "users",
    criteria: setCriteria(["in-set", "not-in-set"], [{ strings: ["root", "op"] }]),
    value: some("root", "op", "mallory").map((strings) => ({ strings })),
  },
] as const;

/** Behaviors that count within a topic filter see the datapoints of that filter alone. */
const dimensioned = { metricDimension: { dimensionName: "Alarms" } };

const behavior = fc
  .nat(kinds.length - 1)
  .chain((kind) =>
    fc.tuple(fc.constant(kind), kinds[kind]!.criteria as fc.Arbitrary<BehaviorCriteria>),
  )
  .chain(([kind, criteria]) => {
    const { metric } = kinds[kind]!;
    const scope = metric === "aws:num-messages-sent" ? fc.boolean() : fc.constant(false);
    return fc.tuple(consecutive, scope).map(
      ([counts, isScoped]): Omit<Behavior, "name"> => ({
        metric,
        criteria: { ...criteria, ...counts },
        ...(isScoped && dimensioned),
      }),
    );
  });

const profile = fc.array(behavior, { minLength: 1, maxLength: 4 });

const datapoint = fc
  .nat(kinds.length - 1)
  .chain((kind) =>
    fc.tuple(
      fc.constant(kinds[kind]!.metric),
      kinds[kind]!.value as fc.Arbitrary<Datapoint["value"]>,
      fc.boolean(),
    ),
  )
  .map(
    ([metric, value, isScoped]): Datapoint => ({
      metric,
      value,
      ...(isScoped && metric === "aws:num-messages-sent" && { dimension: "IN Alarms" }),
    }),
  );

const afterMs = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 1, 100_000, 299_999, 300_000, 300_001) },
  { weight: 4, arbitrary: fc.constantFrom(600_000, 1_500_000, 3_600_000) },
  { weight: 1, arbitrary: fc.constantFrom(DAY_MS, 2 * DAY_MS, 2 * DAY_MS + 1, 3 * DAY_MS) },
  { weight: 1, arbitrary: fc.constantFrom(-1, -300_000, -3_900_000, -3_900_001, -7_200_000) },
);
const observe = fc.record({
  do: fc.constant("observe" as const),
  thing: fc.constantFrom("press", "oven", "crane", "pump"),
  datapoints: fc.array(datapoint, { minLength: 1, maxLength: 6 }),
  afterMs,
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 30, arbitrary: observe },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("advance" as const), afterMs }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("use" as const), mask: fc.nat(255), afterMs }),
  },
);

export const sequence: fc.Arbitrary<Sequence> = fc
  .record({
    behaviors: fc.array(profile, { minLength: 1, maxLength: 2 }),
    settings: fc.record(
      {
        percentile: fc.constantFrom("nearest-rank" as const, "linear" as const),
        levels: fc.constantFrom("last" as const, "sum" as const),
        silentSlots: fc.constantFrom("zero" as const, "none" as const),
      },
      { requiredKeys: [] },
    ),
    actions: fc.array(action, { minLength: 5, maxLength: 40 }),
  })
  .map(({ behaviors, ...rest }) => ({
    ...rest,
    profiles: behaviors.map((bare, at) => ({
      securityProfileName: `profile-${at}`,
      behaviors: bare.map((one, index) => ({ name: `b${index}`, ...one })),
    })),
  }));

/** The profiles with only those behaviors whose bit is set: what an update leaves of them. */
export function profilesOf({ profiles }: Sequence, mask: number): SecurityProfile[] {
  return profiles.map((one, at) => ({
    ...one,
    behaviors: one.behaviors.filter((_, index) => ((mask >> (at * 4 + index)) & 1) === 0),
  }));
}
