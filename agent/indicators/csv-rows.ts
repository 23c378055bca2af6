/** A row, and the number of the line that it begins on. */
export interface Row {
  line: number;
  cells: string[];
}

/** Cells of a row; a row of more is cut. */
const CELLS_MAX = 256;
/** Characters of a cell; a longer one is cut. */
const CELL_CHARACTERS_MAX = 1024;

/**
 * Rows of comma-separated values (RFC 4180); the separator may also be ";" or a tab. Lines that
 * begin with "#" are comments. A quote that never closes takes the rest of the text into its cell.
 */
export function* rowsOf(text: string, separator: string): Generator<Row> {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    if (text[at] === "#") {
      at = behind(text, at, "\n");
      line++;
      continue;
    }
    const row: Row = { line, cells: [] };
    for (let isMore = true; isMore; ) {
      const cell =
        text[at] === '"' ? quotedCell(text, at, separator) : bareCell(text, at, separator);
      if (row.cells.length < CELLS_MAX) row.cells.push(cell.value);
      isMore = text[cell.end] === separator;
      at = cell.end + 1;
      line += cell.lines;
    }
    line++;
    if (row.cells.length > 1 || row.cells[0] !== "") yield row;
  }
}

/** The separator that the first line which is no comment has most of. */
export function separatorOf(text: string): string {
  const line = /^(?!#)[^\r\n]+/m.exec(text.slice(0, 64 * 1024))?.[0] ?? "";
  const countOf = (separator: string) => line.split(separator).length;
  return [";", "\t"].reduce((best, other) => (countOf(other) > countOf(best) ? other : best), ",");
}

/** Where a cell ends: at the separator or the line feed behind it. `lines` counts feeds inside it. */
interface Cell {
  value: string;
  end: number;
  lines: number;
}

function bareCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n") end++;
  return {
    value: text.slice(start, Math.min(end, start + CELL_CHARACTERS_MAX)).trim(),
    end,
    lines: 0,
  };
}

function quotedCell(text: string, start: number, separator: string): Cell {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const inner = text.slice(start + 1, close < 0 ? text.length : close);
  const value = inner.slice(0, CELL_CHARACTERS_MAX).replaceAll('""', '"').trim();
  const lines = inner.split("\n").length - 1;
  // What stands between the closing quote and the separator belongs nowhere and is left out.
  const end = close < 0 ? text.length : bareCell(text, close + 1, separator).end;
  return { value, end, lines };
}

function behind(text: string, from: number, mark: string): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}
