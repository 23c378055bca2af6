/** What the account holds: named tables of JSON documents, each in the order in which it was made. */

export interface Table<Row> {
  get(key: string): Row | undefined;
  put(key: string, row: Row): void;
  delete(key: string): boolean;
  rows(): Row[];
  entries(): [string, Row][];
  readonly size: number;
}

export interface Registry {
  /** Grows with every change of the table of that name. */
  revision(name: string): number;
  /** The table of that name; made where there is none. */
  table<Row>(name: string): Table<Row>;
  clear(): void;
  export(): Record<string, Record<string, unknown>>;
  import(tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void;
}

export function createRegistry(): Registry {
  const tables = new Map<string, Map<string, unknown>>();
  const revisions = new Map<string, number>();
  const touch = (name: string) => revisions.set(name, (revisions.get(name) ?? 0) + 1);

  function mapOf(name: string): Map<string, unknown> {
    const known = tables.get(name) ?? new Map<string, unknown>();
    tables.set(name, known);
    return known;
  }

  return {
    revision: (name) => revisions.get(name) ?? 0,
    table<Row>(name: string): Table<Row> {
      const rows = mapOf(name) as Map<string, Row>;
      return {
        get: (key) => rows.get(key),
        put(key, row) {
          rows.set(key, row);
          touch(name);
        },
        delete(key) {
          touch(name);
          return rows.delete(key);
        },
        rows: () => [...rows.values()],
        entries: () => [...rows.entries()],
        get size() {
          return rows.size;
        },
      };
    },
    clear() {
      for (const [name, rows] of tables) {
        rows.clear();
        touch(name);
      }
    },
    export: () =>
      Object.fromEntries([...tables].map(([name, rows]) => [name, Object.fromEntries(rows)])),
    import(given) {
      for (const [name, rows] of Object.entries(given)) {
        const table = mapOf(name);
        touch(name);
        for (const [key, row] of Object.entries(rows)) table.set(key, row);
      }
    },
  };
}
