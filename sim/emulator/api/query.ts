/**
 * Fleet indexing's query language over a thing's own document: terms, wildcards, ranges, AND, OR, NOT and
 * parentheses (AWS IoT developer guide, "Query syntax"). Connectivity and shadows are not in the document.
 */
import { ServiceError } from "./errors.ts";

/** What a thing is asked for: by its own members. */
export interface Indexed {
  thingName: string;
  thingTypeName?: string;
  attributes: Readonly<Record<string, string>>;
}

export type Query = (thing: Indexed) => boolean;

const TOKENS_MAX = 100;
/** A term of a field, a term of any field, a parenthesis, or a word that joins. */
const TOKEN =
  /\s*(\(|\)|[^\s()":<>=]+\s*(?::|<=|>=|<|>|=)\s*(?:"[^"]*"|[^\s()]+)|"[^"]*"|[^\s()]+)/y;

/** Throws InvalidQueryException. */
export function readQuery(text: string): Query {
  const tokens = tokensOf(text);
  let at = 0;

  function either(): Query {
    const parts = [both()];
    while (tokens[at] === "OR") {
      at++;
      parts.push(both());
    }
    return (thing) => parts.some((part) => part(thing));
  }

  /** Terms side by side must all hold. */
  function both(): Query {
    const parts = [one()];
    while (at < tokens.length && tokens[at] !== "OR" && tokens[at] !== ")") {
      if (tokens[at] === "AND") at++;
      parts.push(one());
    }
    return (thing) => parts.every((part) => part(thing));
  }

  function one(): Query {
    const token = tokens[at++];
    if (token === "NOT" || token === "-") {
      const inner = one();
      return (thing) => !inner(thing);
    }
    if (token === "(") {
      const inner = either();
      if (tokens[at++] !== ")") throw malformed(text);
      return inner;
    }
    if (token === undefined || token === ")" || token === "AND" || token === "OR")
      throw malformed(text);
    return termOf(token);
  }

  const query = either();
  if (at < tokens.length) throw malformed(text);
  return query;
}

export const matchesQuery = (query: Query, thing: Indexed) => query(thing);

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined || tokens.length >= TOKENS_MAX) throw malformed(text);
    tokens.push(token);
  }
  return tokens;
}

function termOf(token: string): Query {
  const [, field, sign = ":", value = ""] =
    /^([^":<>=]+?)\s*(:|<=|>=|<|>|=)\s*(.*)$/s.exec(token) ?? [];
  if (field === undefined) {
    const isWanted = wildcard(token);
    return ({ thingName, thingTypeName = "", attributes }) =>
      [thingName, thingTypeName, ...Object.values(attributes)].some(isWanted);
  }
  const isWanted = sign === ":" || sign === "=" ? wildcard(value) : ordered(sign, value);
  return (thing) => {
    const found = fieldOf(thing, field);
    return found !== undefined && isWanted(found);
  };
}

function fieldOf({ thingName, thingTypeName, attributes }: Indexed, field: string) {
  if (field === "thingName") return thingName;
  if (field === "thingTypeName") return thingTypeName;
  return field.startsWith("attributes.")
    ? attributes[field.slice("attributes.".length)]
    : undefined;
}

function wildcard(value: string): (text: string) => boolean {
  const bare = value.replace(/^"(.*)"$/s, "$1");
  const escaped = bare
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  const pattern = new RegExp(`^${escaped}$`, "s");
  return (text) => pattern.test(text);
}

function ordered(sign: string, value: string): (text: string) => boolean {
  const limit = Number(value.replace(/^"(.*)"$/s, "$1"));
  return (text) => {
    const number = Number(text);
    if (sign === "<") return number < limit;
    if (sign === "<=") return number <= limit;
    return sign === ">" ? number > limit : number >= limit;
  };
}

const malformed = (text: string) =>
  new ServiceError("InvalidQueryException", `The query cannot be read: ${text}`);
