/**
 * Which network interfaces count. Patterns are globs: `*` is any run of characters, `?` any one.
 * With no `include` every interface counts but `lo`, whose traffic never leaves the device; where
 * `include` is given it alone decides, so `["*"]` counts `lo` too. `exclude` always takes away.
 */
export function createInterfaceFilter(
  include: readonly string[],
  exclude: readonly string[],
): (name: string) => boolean {
  const included = include.map(globOf);
  const excluded = exclude.map(globOf);
  return (name) => {
    const wanted = include.length === 0 ? name !== "lo" : included.some((glob) => glob.test(name));
    return wanted && !excluded.some((glob) => glob.test(name));
  };
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*+/g, ".*").replace(/\?/g, ".")}$`, "s");
}
