/** What the service remembers of each thing that has reported. */
import { THINGS_MAX } from "./limits.ts";

export interface ThingRecord {
  readonly thing: string;
  accepted: number;
  rejected: number;
  /** Of those rejected, the ones that came too early. */
  throttled: number;
  /** The newest accepted report. */
  last: { reportId: number; wallMs: number; monotonicMs: number } | null;
}

export interface Things {
  /** The thing's record, made where there is none; the one silent longest makes room. */
  touch(thing: string): ThingRecord;
  all(): Iterable<ThingRecord>;
}

export function createThings(thingsMax = THINGS_MAX): Things {
  /** In the order of their last touch. */
  const things = new Map<string, ThingRecord>();
  return {
    touch(thing) {
      const record = things.get(thing) ?? {
        thing,
        accepted: 0,
        rejected: 0,
        throttled: 0,
        last: null,
      };
      things.delete(thing);
      things.set(thing, record);
      if (things.size > thingsMax) {
        for (const oldest of things.keys()) {
          things.delete(oldest);
          break;
        }
      }
      return record;
    },
    all: () => things.values(),
  };
}
