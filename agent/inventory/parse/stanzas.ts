/**
 * Paragraphs of `Field: value` lines with an empty line between them, as dpkg and opkg write them:
 * deb-control(5). Field names are compared without case; of a value with more lines the first is kept,
 * which is all that an inventory wants of a description.
 */
export type Stanza = ReadonlyMap<string, string>;

/** The `wanted` fields (lower case) of each paragraph that has at least one of them. */
export function* stanzasOf(text: string, wanted: ReadonlySet<string>): Generator<Stanza> {
  let stanza = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (line === "") {
      if (stanza.size > 0) yield stanza;
      stanza = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    // A line that begins with white space continues the value before.
    if (colon <= 0 || line.charCodeAt(0) === 0x20 || line.charCodeAt(0) === 0x09) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (wanted.has(name)) stanza.set(name, line.slice(colon + 1).trim());
  }
  if (stanza.size > 0) yield stanza;
}

/** Lines one at a time: splitting a file of megabytes costs an array of as many strings. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, text.charCodeAt(stop - 1) === 0x0d ? Math.max(start, stop - 1) : stop);
    start = stop + 1;
  }
}
