/** Tokens of a STIX pattern (STIX 2.1 section 9). */
export type Token =
  | { kind: "mark"; text: string }
  | { kind: "word"; text: string }
  | { kind: "path"; text: string }
  | { kind: "string"; value: string }
  | { kind: "integer"; value: number };

/** Longest pattern that is read. */
export const PATTERN_CHARACTERS_MAX = 64 * 1024;

/** One token at the place; the order matters: a path begins like a word. */
const TOKEN =
  /\s*(?:([[\]()=,]|!=|<=|>=|<|>)|([a-z0-9-]+:[A-Za-z0-9_.*[\]'-]+)|([A-Za-z]+)|'((?:[^'\\]|\\['\\])*)'|(-?\d{1,15})(?![\w.]))/y;

/** The pattern's tokens, or the place (a character's index) at which it is none. */
export function tokensOf(pattern: string): Token[] | { badAt: number } {
  const tokens: Token[] = [];
  const text = pattern.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return { badAt: at };
    const [, mark, path, word, string, integer] = match;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (path !== undefined) tokens.push(...pathTokens(path));
    else if (word !== undefined) tokens.push({ kind: "word", text: word.toUpperCase() });
    else if (string !== undefined) tokens.push({ kind: "string", value: unescaped(string) });
    else tokens.push({ kind: "integer", value: Number(integer) });
  }
  return tokens;
}

/** Section 9.2: in a string a quote and a backslash stand behind a backslash. */
function unescaped(text: string): string {
  return text.replace(/\\(['\\])/g, "$1");
}

/** A bracket that closes more than the path opened is the observation's. */
function pathTokens(path: string): Token[] {
  const marks: Token[] = [];
  let text = path;
  while (text.endsWith("]") && text.split("]").length > text.split("[").length) {
    text = text.slice(0, -1);
    marks.push({ kind: "mark", text: "]" });
  }
  return [{ kind: "path", text }, ...marks];
}
