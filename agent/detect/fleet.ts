import type { CompiledBehavior } from "./compile.ts";
import type { BehaviorState } from "./evaluate.ts";
import type { BehaviorName } from "./violation.ts";

/** A thing with its states, by the behaviors' index; null: nothing is known of that behavior. */
export interface Thing {
  name: string;
  /** By the profiles' index: whether the profile applies to it. */
  member: readonly boolean[];
  states: (BehaviorState | null)[];
}

/** A behavior that a state belongs to, as far as a saved state or an older profile names it. */
export interface BehaviorKey extends BehaviorName {
  digest: string;
}

/** A state whose behavior is gone. */
export interface Orphan {
  thing: string;
  behavior: BehaviorName;
  state: BehaviorState;
}

/**
 * Gives the things' states to the behaviors of `to` that are the same as those of `from`. Gives the
 * states in alarm that are left over.
 */
export function moveStates(
  things: Iterable<Thing>,
  from: readonly BehaviorKey[],
  to: readonly CompiledBehavior[],
): Orphan[] {
  const keyOf = ({ profile, name, digest }: BehaviorKey) => `${profile}/${name} ${digest}`;
  const places = new Map(to.map((behavior) => [keyOf(behavior), behavior.index]));
  const orphans: Orphan[] = [];
  for (const thing of things) {
    const before = thing.states;
    thing.states = to.map(() => null);
    for (const [index, state] of before.entries()) {
      if (state === null) continue;
      const behavior = from[index]!;
      const place = places.get(keyOf(behavior));
      if (place !== undefined && fits(state, to[place]!)) thing.states[place] = state;
      else if (state.inAlarm) orphans.push({ thing: thing.name, behavior, state });
    }
  }
  return orphans;
}

/** A window of another length was kept under other settings. */
function fits({ window }: BehaviorState, behavior: CompiledBehavior): boolean {
  return window?.values.length === behavior.window?.slots;
}
