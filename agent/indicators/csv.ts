import { type Row, rowsOf, separatorOf } from "./csv-rows.ts";
import {
  createGathering,
  type Gathering,
  type ParsedIndicators,
  SOURCE_CHARACTERS_MAX,
} from "./indicator.ts";
import { parsePort, quoted, type Read, readValue } from "./value.ts";

/** Names of columns with indicators, as feeds have them; the first that is there is read. */
const COLUMN_NAMES = [
  "indicator",
  "ioc",
  "ioc_value",
  "value",
  "dst_ip",
  "ip",
  "ip_address",
  "address",
  "network",
  "cidr",
  "domain",
  "hostname",
  "host",
  "dst_port",
  "port",
];
/** Rows that are tried where no column has such a name. */
const GUESS_ROWS_MAX = 50;

/**
 * A CSV file: the column named in `column` (any case), else one with a usual name, else the one in
 * which most of the first rows are indicators. In it cells are as `readValue` takes them, and in a
 * column whose name ends in "port", a bare port. Any text gives a result.
 */
export function parseIndicatorCsv(source: string, text: string, column = ""): ParsedIndicators {
  const gathering = createGathering(source);
  if (text.length > SOURCE_CHARACTERS_MAX) {
    gathering.problem("line 1", `longer than ${SOURCE_CHARACTERS_MAX} characters: not read`);
    return gathering.result();
  }
  const separator = separatorOf(text);
  const chosen = choose(firstRows(text, separator), column);
  if (chosen === null) {
    const wanted = column === "" ? "of indicators" : `named ${quoted(column)}`;
    gathering.problem("line 1", `there is no column ${wanted}`);
    return gathering.result();
  }
  for (const row of rowsOf(text, separator)) {
    if (row.line === chosen.headerLine) continue;
    if (!gather(row, chosen, gathering)) break;
  }
  return gathering.result();
}

interface Choice {
  index: number;
  /** Line of the row with the columns' names; 0 when there is none. */
  headerLine: number;
  read: (cell: string) => Read;
}

/** False when no more is taken. An empty cell is no indicator and no fault. */
function gather({ line, cells }: Row, { index, read }: Choice, gathering: Gathering): boolean {
  const cell = cells[index] ?? "";
  if (cell === "") return true;
  const where = `line ${line}`;
  const result = read(cell);
  if ("target" in result) return gathering.add(where, result.target);
  gathering.problem(where, result.problem);
  return true;
}

function choose(rows: readonly Row[], column: string): Choice | null {
  const header = rows[0];
  if (header === undefined) return null;
  const names = header.cells.map((cell) => cell.toLowerCase());
  const wanted = column === "" ? COLUMN_NAMES : [column.toLowerCase()];
  const name = wanted.find((candidate) => names.includes(candidate));
  if (name !== undefined) {
    const read = name.endsWith("port") ? readPort : readValue;
    return { index: names.indexOf(name), headerLine: header.line, read };
  }
  if (column !== "") return null;
  const counts = header.cells.map((_, index) => rows.filter(isIndicatorAt(index)).length);
  const best = Math.max(...counts);
  if (best === 0) return null;
  const index = counts.indexOf(best);
  const headerLine = isIndicatorAt(index)(header) ? 0 : header.line;
  return { index, headerLine, read: readValue };
}

const isIndicatorAt =
  (index: number) =>
  ({ cells }: Row) =>
    "target" in readValue(cells[index] ?? "");

function firstRows(text: string, separator: string): Row[] {
  const rows: Row[] = [];
  for (const row of rowsOf(text, separator)) {
    rows.push(row);
    if (rows.length === GUESS_ROWS_MAX) break;
  }
  return rows;
}

function readPort(cell: string): Read {
  const port = parsePort(cell);
  return port === null ? readValue(cell) : { target: { kind: "port", port } };
}
