/** `[section]` and `name = value` lines, as RAUC, systemd, flatpak and desktop files have them. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

const SECTIONS_MAX = 1000;

export function iniOf(text: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  sections.set("", section);
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const title = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (title !== undefined) {
      if (sections.size >= SECTIONS_MAX) break;
      section = sections.get(title) ?? new Map();
      sections.set(title, section);
      continue;
    }
    const equals = line.indexOf("=");
    if (equals <= 0 || line.startsWith("#") || line.startsWith(";")) continue;
    section.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return sections;
}

/** `NAME=value` lines of shell assignments without expansion, quoted or not: os-release(5). */
export function assignmentsOf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line.slice(0, 10_000));
    if (match === null) continue;
    const quoted = /^(["'])(.*)\1$/.exec(match[2]!);
    values.set(match[1]!, quoted === null ? match[2]! : quoted[2]!.replace(/\\(["$`\\])/g, "$1"));
  }
  return values;
}
