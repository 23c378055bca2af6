import { SPOOL_LOSSES_MAX } from "../core/limits.ts";
import type { Loss } from "../core/spool.ts";

/** What will never arrive: the newest ranges, and the count of all. */
export interface Losses {
  readonly list: readonly Loss[];
  readonly total: number;
  /** `previousId` is the report before the lost ones; a loss that ends there grows by these. */
  note(lost: Omit<Loss, "wallMs">, previousId: number): void;
  overlaps(fromId: number, toId: number): boolean;
  /** Reports that the list calls corrupt, with ids in this range. */
  corruptWithin(fromId: number, toId: number): number;
}

export function createLosses(
  known: readonly Loss[],
  totalBefore: number,
  wallMs: () => number,
): Losses {
  const list = known.slice(-SPOOL_LOSSES_MAX);
  let total = totalBefore;

  return {
    get list() {
      return list.slice();
    },
    get total() {
      return total;
    },
    note(lost, previousId) {
      total += lost.count;
      const at = list.findIndex(
        ({ reason, toId }) => reason === lost.reason && toId === previousId,
      );
      const [before] = at < 0 ? [] : list.splice(at, 1);
      list.push({
        ...lost,
        fromId: before?.fromId ?? lost.fromId,
        count: lost.count + (before?.count ?? 0),
        wallMs: wallMs(),
      });
      if (list.length > SPOOL_LOSSES_MAX) list.shift();
    },
    overlaps: (fromId, toId) => list.some((loss) => loss.fromId <= toId && loss.toId >= fromId),
    corruptWithin(fromId, toId) {
      const within = list.filter((loss) => loss.fromId <= toId && loss.toId >= fromId);
      const corrupt = within.filter(({ reason }) => reason === "corrupt");
      return corrupt.reduce((sum, { count }) => sum + count, 0);
    },
  };
}
