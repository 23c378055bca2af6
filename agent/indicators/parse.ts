import { parseIndicatorCsv } from "./csv.ts";
import type { ParsedIndicators } from "./indicator.ts";
import { parseIndicatorList } from "./list.ts";
import { parseStixBundle } from "./stix.ts";

export interface IndicatorSource {
  /** Name of the file, without its folder; findings name it. */
  name: string;
  text: string;
  /** For a CSV file: the column to read; else it is guessed. */
  column?: string;
}

/** Reads a source by its name: *.csv and *.tsv are CSV, *.json is STIX, all else is a plain list. */
export function parseIndicators({ name, text, column }: IndicatorSource): ParsedIndicators {
  if (/\.(csv|tsv)$/i.test(name)) return parseIndicatorCsv(name, text, column);
  return /\.json$/i.test(name) ? parseStixBundle(name, text) : parseIndicatorList(name, text);
}
