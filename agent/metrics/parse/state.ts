import { type Disk, DiskError } from "../../core/disk.ts";

/**
 * What a metric keeps over restarts: one small JSON file. Lost or damaged, it starts anew; without a
 * disk it lasts as long as the agent.
 */
export interface State<T> {
  load(): Promise<T | null>;
  /** False when the disk would not take it. */
  save(value: T): Promise<boolean>;
}

export function createState<T>(
  disk: Disk | null,
  name: string,
  isValid: (value: unknown) => value is T,
): State<T> {
  // A metric's name may hold a colon, which not every file system takes.
  const path = `metrics/${encodeURIComponent(name)}.json`;
  let kept: T | null = null;
  return {
    async load() {
      if (disk === null || kept !== null) return kept;
      try {
        const bytes = await disk.read(path);
        const value: unknown = bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
        return isValid(value) ? value : null;
      } catch (error) {
        if (error instanceof DiskError || error instanceof SyntaxError) return null;
        throw error;
      }
    },
    async save(value) {
      kept = value;
      if (disk === null) return false;
      try {
        await disk.replace(path, new TextEncoder().encode(JSON.stringify(value)));
        return true;
      } catch (error) {
        if (error instanceof DiskError) return false;
        throw error;
      }
    },
  };
}
