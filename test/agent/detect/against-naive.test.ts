import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createDetector, type Detector } from "../../../agent/detect/engine.ts";
import type { MlJudge } from "../../../agent/detect/ml.ts";
import { detectSettings } from "../../../agent/detect/settings.ts";
import { SLOT_MS, slotOf } from "../../../agent/detect/slots.ts";
import type { ViolationEvent } from "../../../agent/detect/violation.ts";
import { NaiveDetect, type NaiveEvent } from "./naive.ts";
import { profilesOf, type Sequence, START_MS, sequence } from "./sequences.ts";

/** Sequences to try; the full proof is 100,000. */
const RUNS = Number(process.env.FIELDWARDEN_DETECT_RUNS ?? 400);

const test = suite("detect: against a naive evaluator");

/** The pump is watched by the first profile alone. */
const isMember = (thing: string, profile: string) => thing !== "pump" || profile === "profile-0";
const mlOf = (value: number) => (value === 3 ? null : value < 3);
const ml: MlJudge = {
  judge({ value }) {
    const conforms = mlOf(value);
    return conforms === null ? null : { conforms, why: "a test says so", numbers: { value } };
  },
};

test("every event is the same, in every call", () => {
  fc.assert(
    fc.property(sequence, (given) => compare(given, false)),
    { numRuns: RUNS },
  );
});

test("saving and restoring the state after every call changes nothing", () => {
  fc.assert(
    fc.property(sequence, (given) => compare(given, true)),
    { numRuns: RUNS },
  );
});

function compare(given: Sequence, restoring: boolean): void {
  const settings = { ...detectSettings, ...given.settings };
  const naive = new NaiveDetect(given.profiles, { ...settings, isMember, ml: mlOf });
  let profiles = given.profiles;
  const create = (savedState?: Uint8Array) =>
    createDetector({
      profiles,
      isMember,
      settings,
      ml,
      ...(savedState && { savedState }),
    });
  let detector = create();
  let timeMs = START_MS;
  const ids = new Map<string, number>();
  const check = (ours: ViolationEvent[], theirs: NaiveEvent[]) => {
    assert.equal(
      ours.map((event) => comparable(event, ids, theirs)).sort(),
      theirs.map(lineOf).sort(),
    );
  };

  for (const action of given.actions) {
    timeMs += action.afterMs;
    if (action.do === "observe") {
      const { thing, datapoints } = action;
      check(detector.observe(thing, datapoints, timeMs), naive.observe(thing, datapoints, timeMs));
    } else if (action.do === "advance") {
      check(detector.advance(timeMs), naive.advance(timeMs));
    } else {
      profiles = profilesOf(given, action.mask);
      check(detector.setProfiles(profiles, timeMs), naive.setProfiles(profiles, timeMs));
    }
    if (restoring) detector = restored(detector, create);
  }
  const endMs = (slotOf(timeMs) + 700) * SLOT_MS;
  check(detector.advance(endMs), naive.advance(endMs));
  assert.equal(detector.active(), []);
}

function restored(detector: Detector, create: (savedState: Uint8Array) => Detector): Detector {
  const next = create(detector.state());
  assert.is(next.restored, "restored");
  assert.equal(next.active(), detector.active());
  assert.equal(next.state(), detector.state());
  return next;
}

/** The event as the naive one writes it: ids become the number of the alarm that they first named. */
function comparable(event: ViolationEvent, ids: Map<string, number>, theirs: NaiveEvent[]): string {
  assert.match(event.violationId, /^[0-9a-f]{32}$/);
  if (event.event === "in-alarm") {
    assert.not(ids.has(event.violationId), "an id is used twice");
    const twin = theirs.find(
      (one) =>
        one.event === "in-alarm" &&
        one.thing === event.thing &&
        one.profile === event.profile &&
        one.behavior === event.behavior &&
        one.timeMs === event.timeMs &&
        ![...ids.values()].includes(one.alarm),
    );
    assert.ok(twin, `no alarm as ${JSON.stringify(event)}`);
    ids.set(event.violationId, twin!.alarm);
  }
  const { thing, profile, behavior, timeMs, value } = event;
  const alarm = ids.get(event.violationId)!;
  return lineOf({
    thing,
    profile,
    behavior,
    event: event.event,
    timeMs,
    ...(value && { value }),
    alarm,
  });
}

function lineOf({ thing, profile, behavior, event, timeMs, value, alarm }: NaiveEvent): string {
  return `${thing} ${profile}/${behavior} ${alarm} ${event} ${timeMs} ${JSON.stringify(value)}`;
}

test.run();
