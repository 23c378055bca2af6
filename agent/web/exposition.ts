/**
 * Prometheus text exposition format, version 0.0.4.
 * https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */

/** A metric with its samples. A counter's name ends in `_total`. */
export interface Family {
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: readonly Sample[];
}

/** One line. Label names are ours and valid; label values may hold anything. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The families as text; one without samples is left out, for what is unknown is not zero. */
export function expositionOf(families: readonly Family[]): string {
  return families
    .filter((family) => family.samples.length > 0)
    .map(textOf)
    .join("");
}

function textOf({ name, type, help, samples }: Family): string {
  const lines = samples.map(
    ({ labels, value }) => `${name}${labelsOf(labels)} ${numberOf(value)}\n`,
  );
  return `# HELP ${name} ${helpOf(help)}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function labelsOf(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValueOf(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Backslash and line feed are escaped in help; the double quote in label values only. */
function helpOf(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function labelValueOf(value: string): string {
  return helpOf(value).replaceAll('"', '\\"');
}

/** As Go's ParseFloat reads it. */
function numberOf(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}
