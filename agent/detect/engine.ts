import { type CompiledBehavior, compileProfile } from "./compile.ts";
import type { Datapoint } from "./datapoint.ts";
import { isSilent } from "./evaluate.ts";
import { moveStates, type Orphan, type Thing } from "./fleet.ts";
import { type Bench, closeSlot, end, expire, invalidationOf, takeDatapoint } from "./judging.ts";
import type { MlJudge } from "./ml.ts";
import type { SecurityProfile } from "./profile.ts";
import { type DetectSettings, detectSettings, SILENCE_MS } from "./settings.ts";
import { restartWindow, SLOT_MS, SLOTS_MAX, slotOf } from "./slots.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { type ActiveViolation, type ViolationEvent, violationIdOf } from "./violation.ts";

export interface DetectorOptions {
  /** Parsed by `parseProfile`; no two with the same name. */
  profiles: readonly SecurityProfile[];
  /** Whether a profile applies to a thing, asked when the thing is first seen. Left out: to all. */
  isMember?: (thing: string, profile: string) => boolean;
  settings?: Partial<DetectSettings>;
  /** Left out: behaviors with an mlDetectionConfig are not judged. */
  ml?: MlJudge;
  /** What `state()` gave. Alarms whose behavior is gone since are invalidated in the next call. */
  savedState?: Uint8Array;
}

/** What of the saved state there is now: all of it, none was given, or it was not usable. */
export type Restored = "restored" | "fresh" | "damaged";

/**
 * Evaluates security profiles over the datapoints of any number of things. Times are whole epoch
 * milliseconds. A call gives the events that it brought to light, by slot, profile and behavior.
 */
export interface Detector {
  readonly restored: Restored;
  /** Things that are followed, and datapoints dropped because there were `thingsMax` already. */
  readonly counts: { readonly things: number; readonly datapointsDropped: number };
  observe(thing: string, datapoints: readonly Datapoint[], timeMs: number): ViolationEvent[];
  /** Says what time it is: closes slots, ends what was silent too long. Call it every slot or so. */
  advance(timeMs: number): ViolationEvent[];
  /** Other profiles from now on. Behaviors that are the same keep their state; others' alarms end. */
  setProfiles(profiles: readonly SecurityProfile[], timeMs: number): ViolationEvent[];
  /** Asks `isMember` again for every thing. */
  refreshMembers(timeMs: number): ViolationEvent[];
  /** The thing is gone: its alarms are invalidated. */
  forget(thing: string, timeMs: number): ViolationEvent[];
  /** Alarms that stand, of one thing or of all. */
  active(thing?: string): ActiveViolation[];
  /** Everything that a detector with the same profiles needs to go on, a power cut later. */
  state(): Uint8Array;
}

export function createDetector(options: DetectorOptions): Detector {
  return new ProfileDetector(options);
}

/** Slots after which everything is silent, and closing more of them changes nothing. */
const SILENT_SLOTS = SILENCE_MS / SLOT_MS + 2;

class ProfileDetector implements Detector {
  readonly restored: Restored;
  readonly #settings: DetectSettings;
  readonly #isMember: (thing: string, profile: string) => boolean;
  readonly #ml: MlJudge | null;
  #profiles: readonly string[] = [];
  #behaviors: CompiledBehavior[] = [];
  #bySlot: CompiledBehavior[] = [];
  #byMetric = new Map<string, CompiledBehavior[]>();
  #things = new Map<string, Thing>();
  /** The newest slot that a datapoint or `advance` spoke of; -1 before the first. */
  #openSlot = -1;
  #datapointsDropped = 0;
  /** Alarms of the saved state that no behavior of now has. */
  #orphans: Orphan[] = [];

  constructor({ profiles, isMember, settings, ml, savedState }: DetectorOptions) {
    this.#settings = { ...detectSettings, ...settings };
    this.#isMember = isMember ?? (() => true);
    this.#ml = ml ?? null;
    this.#useProfiles(profiles);
    const saved = savedState === undefined ? null : decodeSnapshot(savedState);
    if (saved === null) {
      this.restored = savedState === undefined ? "fresh" : "damaged";
      return;
    }
    this.restored = "restored";
    this.#openSlot = saved.openSlot;
    for (const { name, states } of saved.things) {
      this.#things.set(name, { name, member: this.#memberOf(name), states });
    }
    this.#orphans = moveStates(this.#things.values(), saved.behaviors, this.#behaviors);
  }

  get counts(): { things: number; datapointsDropped: number } {
    return { things: this.#things.size, datapointsDropped: this.#datapointsDropped };
  }

  observe(name: string, datapoints: readonly Datapoint[], timeMs: number): ViolationEvent[] {
    const bench = this.#bench();
    this.#invalidateOrphans(timeMs, bench);
    this.#moveTo(timeMs, bench);
    let thing = this.#things.get(name);
    for (const datapoint of datapoints) {
      const behaviors = this.#byMetric.get(datapoint.metric);
      if (behaviors === undefined) continue;
      for (const behavior of behaviors) {
        if (behavior.dimension !== datapoint.dimension) continue;
        thing ??= this.#addThing(name);
        if (thing === undefined) {
          this.#datapointsDropped++;
        } else if (thing.member[behavior.profileIndex]) {
          takeDatapoint(bench, thing, behavior, datapoint.value, timeMs, this.#openSlot);
        }
      }
    }
    return bench.events;
  }

  advance(timeMs: number): ViolationEvent[] {
    return this.#advanceOn(this.#bench(), timeMs).events;
  }

  setProfiles(profiles: readonly SecurityProfile[], timeMs: number): ViolationEvent[] {
    const bench = this.#advanceOn(this.#bench(), timeMs);
    const before = this.#behaviors;
    this.#useProfiles(profiles);
    this.#orphans = moveStates(this.#things.values(), before, this.#behaviors);
    this.#invalidateOrphans(timeMs, bench);
    this.#askMembers(timeMs, bench);
    return bench.events;
  }

  refreshMembers(timeMs: number): ViolationEvent[] {
    const bench = this.#advanceOn(this.#bench(), timeMs);
    this.#askMembers(timeMs, bench);
    return bench.events;
  }

  forget(name: string, timeMs: number): ViolationEvent[] {
    const bench = this.#advanceOn(this.#bench(), timeMs);
    const thing = this.#things.get(name);
    if (thing === undefined) return bench.events;
    for (const behavior of this.#behaviors) end(bench, thing, behavior, timeMs);
    this.#things.delete(name);
    return bench.events;
  }

  active(name?: string): ActiveViolation[] {
    const active: ActiveViolation[] = [];
    const one = name === undefined ? undefined : this.#things.get(name);
    const things = name === undefined ? this.#things.values() : one === undefined ? [] : [one];
    for (const { name: thing, states } of things) {
      for (const behavior of this.#behaviors) {
        const state = states[behavior.index] ?? null;
        if (!state?.inAlarm) continue;
        const { startMs, nth, lastMs, lastValue } = state;
        active.push({
          thing,
          profile: behavior.profile,
          name: behavior.name,
          violationId: violationIdOf(thing, behavior, startMs, nth),
          startMs,
          lastMs,
          lastValue: lastValue!,
        });
      }
    }
    return active;
  }

  state(): Uint8Array {
    return encodeSnapshot({
      openSlot: this.#openSlot,
      behaviors: this.#behaviors,
      things: [...this.#things.values()],
    });
  }

  #advanceOn(bench: Bench, timeMs: number): Bench {
    this.#invalidateOrphans(timeMs, bench);
    if (slotOf(timeMs) < this.#openSlot - SLOTS_MAX) this.#setClockBack(timeMs);
    else this.#moveTo(timeMs, bench);
    return bench;
  }

  #askMembers(timeMs: number, bench: Bench): void {
    for (const thing of this.#things.values()) {
      thing.member = this.#memberOf(thing.name);
      for (const behavior of this.#behaviors) {
        if (!thing.member[behavior.profileIndex]) end(bench, thing, behavior, timeMs);
      }
    }
  }

  /** Time goes on to `timeMs`: slots that are over are judged, and what was silent ends. */
  #moveTo(timeMs: number, bench: Bench): void {
    const slot = slotOf(timeMs);
    if (this.#openSlot < 0) this.#openSlot = slot;
    if (slot <= this.#openSlot) return;
    const until = Math.min(slot, this.#openSlot + SILENT_SLOTS);
    for (let one = this.#openSlot; one < until && this.#bySlot.length > 0; one++) {
      for (const behavior of this.#bySlot) closeSlot(bench, this.#things.values(), behavior, one);
    }
    this.#openSlot = slot;
    for (const thing of this.#things.values()) {
      let isEmpty = true;
      for (const behavior of this.#behaviors) {
        const state = thing.states[behavior.index] ?? null;
        if (state === null) continue;
        if (isSilent(state, timeMs)) expire(bench, thing, behavior);
        else isEmpty = false;
      }
      if (isEmpty) this.#things.delete(thing.name);
    }
  }

  /** The clock was wrong before: what is counted by slots begins anew; alarms stand. */
  #setClockBack(timeMs: number): void {
    this.#openSlot = slotOf(timeMs);
    for (const { states } of this.#things.values()) {
      for (const state of states) {
        if (state === null) continue;
        state.seenMs = Math.min(state.seenMs, timeMs);
        if (state.window !== null) restartWindow(state.window, this.#openSlot);
      }
    }
  }

  #invalidateOrphans(timeMs: number, { events }: Bench): void {
    for (const { thing, behavior, state } of this.#orphans) {
      events.push(invalidationOf(thing, behavior, state, timeMs));
    }
    this.#orphans = [];
  }

  #addThing(name: string): Thing | undefined {
    if (this.#things.size >= this.#settings.thingsMax) return undefined;
    const states = this.#behaviors.map(() => null);
    const thing = { name, member: this.#memberOf(name), states };
    this.#things.set(name, thing);
    return thing;
  }

  #memberOf(thing: string): boolean[] {
    return this.#profiles.map((profile) => this.#isMember(thing, profile));
  }

  #useProfiles(profiles: readonly SecurityProfile[]): void {
    this.#profiles = profiles.map((profile) => profile.securityProfileName);
    if (new Set(this.#profiles).size < profiles.length) {
      throw new Error("two security profiles have the same name");
    }
    this.#behaviors = [];
    for (const [index, profile] of profiles.entries()) {
      const from = this.#behaviors.length;
      this.#behaviors.push(...compileProfile(profile, index, from, this.#settings));
    }
    this.#bySlot = this.#behaviors.filter(({ bySlot }) => bySlot);
    this.#byMetric = new Map();
    for (const behavior of this.#behaviors) {
      const { metric } = behavior.source;
      this.#byMetric.set(metric, [...(this.#byMetric.get(metric) ?? []), behavior]);
    }
  }

  #bench(): Bench {
    return { settings: this.#settings, ml: this.#ml, events: [] };
  }
}
