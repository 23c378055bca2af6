/** A map that never holds more than its bound: whoever was used longest ago, or about so, goes first. */
export interface Bounded<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  /** As `get`, and the key is the newest. Made where it is missing. */
  use(key: string, make: () => Value): Value;
  delete(key: string): void;
  entries(): IterableIterator<[string, Value]>;
}

export function createBounded<Value>(
  sizeMax: number,
  onEvicted: (key: string, value: Value) => void = () => {},
): Bounded<Value> {
  const map = new Map<string, Value>();
  return {
    get size() {
      return map.size;
    },
    get: (key) => map.get(key),
    use(key, make) {
      const known = map.get(key);
      // As long as it is half empty nobody has to go, and who was used last does not matter.
      if (known !== undefined && map.size * 2 < sizeMax) return known;
      const value = known ?? make();
      if (known !== undefined) map.delete(key);
      map.set(key, value);
      if (map.size > sizeMax) {
        const [oldest, evicted] = map.entries().next().value!;
        map.delete(oldest);
        onEvicted(oldest, evicted);
      }
      return value;
    },
    delete: (key) => void map.delete(key),
    entries: () => map.entries(),
  };
}
