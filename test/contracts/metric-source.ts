/**
 * What every source of custom metrics promises: for each of its types a value that the cloud keeps; where
 * the device has nothing, or what it has may not be read or holds anything at all, a reason in words and
 * never another error; members whose defaults fit their own rules.
 */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readScalar } from "../../agent/config-values.ts";
import type { Clock } from "../../agent/core/clock.ts";
import type { CustomType } from "../../agent/core/custom-value.ts";
import type { Disk } from "../../agent/core/disk.ts";
import { NoDataError } from "../../agent/core/errors.ts";
import { type Host, HostError } from "../../agent/core/host.ts";
import type { ObjectValue } from "../../agent/core/option.ts";
import {
  type MetricReading,
  type MetricSource,
  type Read,
  ReadingError,
} from "../../agent/metrics/source.ts";
import { createMemoryHost } from "../../sim/engine/host.ts";

export interface World {
  host: Host;
  clock: Clock;
  disk: Disk | null;
  commandsAllowed: readonly string[];
}

export interface SourceUnderTest {
  world?: Partial<World>;
  /** For each type, members that give a value in this world. */
  members: Partial<Record<CustomType, ObjectValue>>;
  /** Raises what the source talks to; the members it gives go into all of the above. */
  raise?: () => Promise<{ members: ObjectValue; close: () => Promise<void> }>;
  /** Readings until there is a value: the first one may only set a base. */
  readings?: number;
  /** Whether files of the host have a say in the value. */
  readsHost: boolean;
}

const still: Clock = { wallMs: () => 1_780_000_000_000, monotonicMs: () => 0 };

/** One metric, with the defaults of all members that are not given. */
export function openSource(
  source: MetricSource,
  type: CustomType,
  members: ObjectValue,
  world: Partial<World> = {},
): (signal?: AbortSignal) => ReturnType<Read> {
  const defaults = Object.entries(source.members).map(([name, spec]) => [name, spec.default]);
  const read = source.open({
    name: "metric",
    type,
    host: createMemoryHost(),
    clock: still,
    disk: null,
    commandsAllowed: [],
    ...world,
    members: { ...Object.fromEntries(defaults), ...members },
  });
  return (signal = AbortSignal.timeout(5000)) => read(signal);
}

/** Why there is no reading. */
export async function reasonOf(reading: Promise<unknown>): Promise<string> {
  try {
    return `none, but ${JSON.stringify(await reading)}`;
  } catch (error) {
    return (error as Error).message;
  }
}

export function testMetricSource(source: MetricSource, given: SourceUnderTest): void {
  const test = suite(`metrics: ${source.name}: contract`);
  const { world = {}, readings = 1 } = given;
  const host = world.host ?? createMemoryHost();
  const cases = Object.entries(given.members) as [CustomType, ObjectValue][];

  const outcomeOf = async (type: CustomType, members: ObjectValue, changed: Host) => {
    const read = openSource(source, type, members, { ...world, host: changed });
    try {
      let reading = await read();
      for (let count = 1; count < readings; count++) reading = await read();
      return reading;
    } catch (error) {
      const isReason =
        error instanceof ReadingError || error instanceof NoDataError || error instanceof HostError;
      assert.ok(isReason && error.message !== "", String((error as Error).stack));
      return error;
    }
  };

  test("says what it is, and its defaults fit its own rules", () => {
    assert.ok(source.help.endsWith("."));
    assert.equal(cases.map(([type]) => type).sort(), [...source.types].sort());
    for (const [name, spec] of Object.entries(source.members)) {
      assert.ok(spec.help.endsWith("."), name);
      if (!spec.required) assert.ok("value" in readScalar(spec, spec.default), name);
    }
  });

  test("gives a value of each of its types", async () => {
    const raised = await given.raise?.();
    for (const [type, members] of cases) {
      const outcome = await outcomeOf(type, { ...members, ...raised?.members }, host);
      assert.ok(isOfType(outcome, type), `${type}: ${outcome}`);
    }
    await raised?.close();
  });

  if (given.readsHost) {
    test("on a device that has nothing, or where nothing may be read, says so", async () => {
      for (const [type, members] of cases) {
        for (const none of [createMemoryHost(), deniedHost]) {
          const outcome = await outcomeOf(type, members, none);
          assert.ok(outcome === null || outcome instanceof Error || isOfType(outcome, type));
        }
      }
    });

    test("survives files that hold anything", async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: "binary" }), async (content) => {
          for (const [type, members] of cases) {
            const outcome = await outcomeOf(type, members, hostWith(host, content));
            const isGood = outcome === null || outcome instanceof Error || isOfType(outcome, type);
            assert.ok(isGood, `${type}: ${outcome}`);
          }
        }),
        { numRuns: 50 },
      );
    });
  }

  test.run();
}

function isOfType(outcome: unknown, type: CustomType): outcome is MetricReading {
  if (type === "number") return typeof outcome === "number";
  const item = type === "number-list" ? "number" : "string";
  return Array.isArray(outcome) && outcome.every((one) => typeof one === item);
}

/** The same device with another content in every file and link. */
function hostWith(host: Host, content: string): Host {
  const bytes = new TextEncoder().encode(content);
  return {
    ...host,
    readText: async (path) => host.readText(path).then(() => content),
    readBytes: async (path) => host.readBytes(path).then(() => bytes),
    readLink: async (path) => host.readLink(path).then(() => content),
    readAt: async (_path, offset, length) => bytes.slice(offset, offset + length),
  };
}

const deny = async (path: string) => {
  throw new HostError("denied", path, "permission denied");
};

const deniedHost: Host = {
  readText: deny,
  readBytes: deny,
  list: deny,
  entries: deny,
  readLink: deny,
  readAt: deny,
  status: deny,
  space: deny,
};
