import type { Comparison, Verdict } from "./compare.ts";

/** Of messages in captures with losses or repetitions, where readers may resume differently. */
const MATCHED_MIN = 0.99;
const DIFFERENCES_SHOWN = 12;

interface Row {
  isProtocol: boolean;
  clean: { equal: number; files: number };
  other: { equal: number; files: number; matched: number; total: number };
  differences: string[];
}

/**
 * Counts must be equal in every capture whose quality is in no doubt; of all others together at least
 * MATCHED_MIN of a protocol's messages must be. Fields (addresses, conversations) must be equal everywhere.
 * @param differingMax so many clean captures may differ all the same, where the other reader is known to err
 */
export function reportOf(
  verdicts: readonly Verdict[],
  differingMax = 0,
): { lines: string[]; isPassed: boolean } {
  const rows = new Map<string, Row>();
  for (const { file, isClean, comparisons } of verdicts) {
    for (const comparison of comparisons) {
      const row = rows.get(comparison.name) ?? newRow(comparison);
      rows.set(comparison.name, row);
      add(row, comparison, isClean, file);
    }
  }
  const lines: string[] = [];
  let areOthersRight = true;
  let differing = 0;
  for (const [name, row] of rows) {
    const passed = isRowPassed(row);
    areOthersRight &&= areOthersEnough(row);
    differing += row.clean.files - row.clean.equal;
    lines.push(lineOf(name, row, passed));
    for (const difference of row.differences.slice(0, DIFFERENCES_SHOWN)) {
      lines.push(`    ${difference}`);
    }
    const left = row.differences.length - DIFFERENCES_SHOWN;
    if (left > 0) lines.push(`    … ${left} more`);
  }
  const isPassed = areOthersRight && differing <= differingMax;
  const allowed = differing > 0 && isPassed ? ` (${differing} may differ)` : "";
  lines.push(`${verdicts.length} captures: ${isPassed ? "passed" : "FAILED"}${allowed}`);
  return { lines, isPassed };
}

function newRow({ isProtocol }: Comparison): Row {
  return {
    isProtocol,
    clean: { equal: 0, files: 0 },
    other: { equal: 0, files: 0, matched: 0, total: 0 },
    differences: [],
  };
}

function add(row: Row, comparison: Comparison, isClean: boolean, file: string): void {
  const { matched, total, differences } = comparison;
  const side = isClean ? row.clean : row.other;
  side.files++;
  if (differences.length === 0) side.equal++;
  if (!isClean) {
    row.other.matched += matched;
    row.other.total += total;
  }
  row.differences.push(...differences.map((difference) => `${file}: ${difference}`));
}

function isRowPassed(row: Row): boolean {
  return row.clean.equal === row.clean.files && areOthersEnough(row);
}

function areOthersEnough({ isProtocol, other }: Row): boolean {
  return isProtocol ? other.matched >= MATCHED_MIN * other.total : other.equal === other.files;
}

function lineOf(name: string, { isProtocol, clean, other }: Row, passed: boolean): string {
  const parts = [name.padEnd(14), `${clean.equal} of ${clean.files} files equal`.padEnd(26)];
  if (other.files > 0) {
    const share = other.total === 0 ? 1 : other.matched / other.total;
    const messages = isProtocol ? `, ${(share * 100).toFixed(2)} % of ${other.total} messages` : "";
    parts.push(`with losses ${other.equal} of ${other.files}${messages}`.padEnd(48));
  } else parts.push("".padEnd(48));
  return `${parts.join(" ")} ${passed ? "ok" : "FAILED"}`;
}
