import { countOf } from "./number.ts";

/** Lines of proc/stat by their first word: `ctxt 633416`, `cpu  9414 0 6295 …`. */
export function parseStat(text: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const line of text.split("\n")) {
    const [name, ...words] = line.trim().split(/\s+/);
    const counts = words.map(countOf);
    if (name !== undefined && counts.length > 0 && !counts.includes(null)) {
      lines.set(name, counts as number[]);
    }
  }
  return lines;
}
