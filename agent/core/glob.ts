/** True for names that any of the patterns matches: `*` is any run of characters, `?` any one. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const globs = patterns.map(globOf);
  return (name) => globs.some((glob) => glob.test(name));
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*+/g, ".*").replace(/\?/g, ".")}$`, "s");
}
