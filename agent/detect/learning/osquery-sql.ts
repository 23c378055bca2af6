/** As much of osquery's SQL as a list of what is normal takes: SELECT … FROM tables WHERE a AND b. */

export interface Condition {
  /** Without its table, in lower case. */
  column: string;
  isNot: boolean;
  values: string[];
}

export interface Sql {
  tables: string[];
  /** What all rows satisfy; null: the query has more than a list of conditions. */
  conditions: Condition[] | null;
}

/** Longest statement that is read. */
const SQL_CHARACTERS_MAX = 16_384;

/** Null: it is no SELECT with a FROM. */
export function readSql(text: string): Sql | null {
  if (text.length > SQL_CHARACTERS_MAX) return null;
  const sql = text
    .replace(/--[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (!/^select /i.test(sql)) return null;
  const tables = [...sql.matchAll(/\b(?:from|join) ([a-z_]\w*)/gi)].map(([, table]) =>
    table!.toLowerCase(),
  );
  if (tables.length === 0) return null;
  const [, where] = / where (.*?)(?: (?:group by|order by|limit) .*)?;?$/i.exec(sql) ?? [];
  if (where === undefined) return { tables, conditions: [] };
  return { tables, conditions: readConditions(where) };
}

function readConditions(where: string): Condition[] | null {
  if (/\b(or|select|between|union|case)\b/i.test(where)) return null;
  const conditions: Condition[] = [];
  for (const part of where.split(/ and /i)) {
    const condition = readCondition(part.trim());
    if (condition === null) return null;
    conditions.push(condition);
  }
  return conditions;
}

/** `a.port NOT IN (22, 443)`, `port != 0`, `family = 2`. */
function readCondition(text: string): Condition | null {
  const list = /^(?:\w+\.)?(\w+) (not )?in ?\(([^()]*)\)$/i.exec(text);
  if (list !== null) {
    const [, column, not, items] = list;
    const values = items!.split(",").map((item) => unquoted(item.trim()));
    return { column: column!.toLowerCase(), isNot: not !== undefined, values };
  }
  const single = /^(?:\w+\.)?(\w+) ?(=|==|!=|<>) ?('[^']*'|"[^"]*"|[\w.]+)$/.exec(text);
  if (single === null) return null;
  const [, column, operator, value] = single;
  const isNot = operator === "!=" || operator === "<>";
  return { column: column!.toLowerCase(), isNot, values: [unquoted(value!)] };
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, "$2");
}

/**
 * A pack as JSON: osquery itself takes lines that a backslash continues, and comments in lines of their
 * own. Lines stay where they are, so that an error still names its own.
 */
export function jsonOfPack(text: string): string {
  return text.replace(/^\s*(?:\/\/|#).*$/gm, "").replace(/\\(\r?\n)/g, " ");
}
