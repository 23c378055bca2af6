/** The newest records, of each thing and in all, by number and by bytes; the oldest go first. */
export interface Recorded {
  readonly thing: string;
  /** What it counts for against `bytesMax`. */
  readonly bytes: number;
}

export interface HistoryLimits {
  perThingMax: number;
  allMax: number;
  bytesMax: number;
}

export interface History<Entry extends Recorded> {
  readonly size: number;
  readonly bytes: number;
  add(entry: Entry): void;
  /** Newest first, of one thing or (null) of all. */
  newest(thing: string | null, limit: number): Entry[];
  countOf(thing: string | null): number;
}

export function createHistory<Entry extends Recorded>(limits: HistoryLimits): History<Entry> {
  /** Both oldest first. */
  const all = new Set<Entry>();
  const byThing = new Map<string, Set<Entry>>();
  let bytes = 0;

  function dropOldest(of: Set<Entry>): void {
    for (const entry of of) {
      all.delete(entry);
      bytes -= entry.bytes;
      const ofThing = byThing.get(entry.thing);
      ofThing?.delete(entry);
      if (ofThing?.size === 0) byThing.delete(entry.thing);
      return;
    }
  }

  return {
    get size() {
      return all.size;
    },
    get bytes() {
      return bytes;
    },
    add(entry) {
      const ofThing = byThing.get(entry.thing) ?? new Set();
      byThing.set(entry.thing, ofThing.add(entry));
      all.add(entry);
      bytes += entry.bytes;
      if (ofThing.size > limits.perThingMax) dropOldest(ofThing);
      while (all.size > limits.allMax || bytes > limits.bytesMax) dropOldest(all);
    },
    newest(thing, limit) {
      const entries = thing === null ? all : (byThing.get(thing) ?? []);
      return [...entries].reverse().slice(0, limit);
    },
    countOf: (thing) => (thing === null ? all.size : (byThing.get(thing)?.size ?? 0)),
  };
}
