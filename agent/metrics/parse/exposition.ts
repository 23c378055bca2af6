/** Prometheus' text format: `name{label="value",…} 12.5 [timestamp]`, one sample a line. */
export interface Sample {
  labels: ReadonlyMap<string, string>;
  value: number;
}

/** Samples of one metric that carry all the given labels. Lines that are none are passed over. */
export function samplesOf(
  text: string,
  metric: string,
  wanted: ReadonlyMap<string, string>,
): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith(metric)) continue;
    const sample = parseSample(line.slice(metric.length));
    if (sample === null) continue;
    if ([...wanted].every(([label, value]) => sample.labels.get(label) === value)) {
      samples.push(sample);
    }
  }
  return samples;
}

const labelPattern = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
const valuePattern = /^\s+([-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|Inf|NaN))(?:\s|$)/i;

/** What follows the name. Null for another metric whose name only begins alike. */
function parseSample(rest: string): Sample | null {
  const labels = new Map<string, string>();
  let at = 0;
  if (rest.startsWith("{")) {
    labelPattern.lastIndex = at = 1;
    for (;;) {
      const match = labelPattern.exec(rest);
      if (match === null) break;
      labels.set(match[1]!, unescaped(match[2]!));
      at = labelPattern.lastIndex;
    }
    const end = /^\s*\}/.exec(rest.slice(at));
    if (end === null) return null;
    at += end[0].length;
  }
  const value = valuePattern.exec(at === 0 ? rest : ` ${rest.slice(at)}`);
  return value === null ? null : { labels, value: numberOf(value[1]!) };
}

function numberOf(text: string): number {
  if (/inf/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

/** `\\`, `\"` and `\n` are all the escapes that label values have. */
function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));
}
