import { createGathering, type ParsedIndicators, SOURCE_CHARACTERS_MAX } from "./indicator.ts";
import { readValue } from "./value.ts";

/**
 * A plain list: an indicator a line as `readValue` takes it; "#" or ";" begins a comment. Any text
 * gives a result.
 */
export function parseIndicatorList(source: string, text: string): ParsedIndicators {
  const gathering = createGathering(source);
  if (text.length > SOURCE_CHARACTERS_MAX) {
    gathering.problem("line 1", `longer than ${SOURCE_CHARACTERS_MAX} characters: not read`);
    return gathering.result();
  }
  let number = 0;
  for (const line of linesOf(text)) {
    number++;
    const comment = line.search(/[#;]/);
    const value = (comment < 0 ? line : line.slice(0, comment)).trim();
    if (value === "") continue;
    const where = `line ${number}`;
    const read = readValue(value);
    if ("problem" in read) gathering.problem(where, read.problem);
    else if (!gathering.add(where, read.target)) break;
  }
  return gathering.result();
}

/** Lines without their ends, one at a time: a list of millions of lines is not copied. */
function* linesOf(text: string): Generator<string> {
  let start = text.startsWith("\ufeff") ? 1 : 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    yield line.endsWith("\r") ? line.slice(0, -1) : line;
    start = end < 0 ? text.length : end + 1;
  }
}
