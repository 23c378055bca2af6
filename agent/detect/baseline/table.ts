/** Rows of a baseline by their key, in bounded number. */
export interface Table<Row> {
  get(key: string): Row | undefined;
  /** Null: no room, for all rows are learnt. */
  use(key: string, make: () => Row): Row | null;
  rows(): Row[];
}

/**
 * Full, it gives up the row of least use: of those not learnt, the one seen least often, of these the
 * one seen longest ago. What is learnt is never pushed out, so a scan cannot make the baseline forget.
 */
export function tableOf<Row extends { learnt: boolean; count: number; lastMs: number }>(
  saved: readonly Row[],
  keyOf: (row: Row) => string,
  rowsMax: number,
): Table<Row> {
  const rows = new Map(saved.slice(0, rowsMax).map((row) => [keyOf(row), row]));
  /** Keys that were the least useful when somebody looked last, the least at the end. */
  let dispensable: string[] = [];

  function evict(): boolean {
    if (dispensable.length === 0) {
      dispensable = [...rows]
        .filter(([, { learnt }]) => !learnt)
        .sort(([, one], [, other]) => other.count - one.count || other.lastMs - one.lastMs)
        .slice(-EVICTED_AT_ONCE)
        .map(([key]) => key);
    }
    const key = dispensable.pop();
    if (key === undefined) return false;
    return rows.delete(key) || evict();
  }

  return {
    get: (key) => rows.get(key),
    use(key, make) {
      const known = rows.get(key);
      if (known !== undefined) return known;
      if (rows.size >= rowsMax && !evict()) return null;
      const row = make();
      rows.set(key, row);
      return row;
    },
    rows: () => [...rows.values()],
  };
}

/** So that a scan of a million addresses sorts the table now and then, and not each time. */
const EVICTED_AT_ONCE = 256;
