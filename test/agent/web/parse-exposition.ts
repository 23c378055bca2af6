/**
 * A second opinion on the Prometheus text format 0.0.4, stricter than a scraper: every line is HELP,
 * TYPE or a sample; each family stands together, once, with HELP and TYPE first; no sample twice.
 */
export interface ParsedFamily {
  type: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const comment = new RegExp(`^# (HELP|TYPE) (${metricName}) ?(.*)$`, "s");
const sample = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`, "s");
const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/;
const number = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/;

/** Families by name. Throws on the first line that the format or this parser forbids. */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  if (text === "") return families;
  if (!text.endsWith("\n")) throw new Error("the last line has no line feed");
  let help: [name: string, text: string] | null = null;
  let current: [name: string, family: ParsedFamily] | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name, rest = ""] = comment.exec(line) ?? [];
    if (kind === "HELP") {
      help = [name!, unescaped(rest, "\\n")];
    } else if (kind === "TYPE") {
      if (families.has(name!)) throw new Error(`${name} comes twice`);
      if (!["counter", "gauge"].includes(rest)) throw new Error(`type: ${line}`);
      current = [name!, { type: rest, help: help?.[0] === name ? help![1] : "", samples: [] }];
      families.set(...current);
    } else {
      addSample(line, current);
    }
  }
  return families;
}

function addSample(line: string, current: [string, ParsedFamily] | null): void {
  const [, name, labels, value = ""] = sample.exec(line) ?? [];
  if (name === undefined || !number.test(value)) throw new Error(`not a sample: ${line}`);
  if (name !== current?.[0]) throw new Error(`${name} is not below its TYPE`);
  const parsed = {
    labels: labelsOf(labels ?? ""),
    value: Number(value.replace("Inf", "Infinity")),
  };
  const same = JSON.stringify(parsed.labels);
  const { samples } = current[1];
  if (samples.some((other) => JSON.stringify(other.labels) === same))
    throw new Error(`twice: ${line}`);
  samples.push(parsed);
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [whole, name, value] = pair.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`labels: ${text}`);
    labels[name!] = unescaped(value!, '\\n"');
    rest = rest.slice(whole.length);
  }
  return labels;
}

function unescaped(text: string, allowed: string): string {
  return text.replace(/\\(.?)/gs, (_, escaped: string) => {
    if (escaped === "" || !allowed.includes(escaped)) throw new Error(`escape: \\${escaped}`);
    return escaped === "n" ? "\n" : escaped;
  });
}
