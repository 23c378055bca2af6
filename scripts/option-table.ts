// Writes the tables of options, collectors and rules in agent/README.md from the code; a test compares them.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { collectors } from "../agent/collectors/index.ts";
import type { MemberSpecs } from "../agent/core/option.ts";
import { rules } from "../agent/detect/rules/index.ts";
import { metricSources } from "../agent/metrics/sources/index.ts";
import { metricsOption } from "../agent/metrics/spec.ts";
import { type OptionSpec, optionNames, options } from "../agent/options.ts";

const readme = new URL("../agent/README.md", import.meta.url);

/** The README with its tables as the code has them now. */
export function readmeWithTables(text: string): string {
  const tables = {
    options: optionTable(),
    "metric members": membersTable(metricsOption.members),
    "metric sources": sourceTables(),
    collectors: collectorTable(),
    "plant rules": ruleTable(),
  };
  return Object.entries(tables).reduce((done, [name, table]) => withTable(done, name, table), text);
}

function withTable(text: string, name: string, table: string): string {
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!marked.test(text)) throw new Error(`agent/README.md has no place for the table "${name}"`);
  return text.replace(marked, (_, open, close) => `${open}${table}\n${close}`);
}

function optionTable(): string {
  const rows = optionNames.map((name) => {
    const spec: OptionSpec = options[name];
    return `| \`${name}\` | ${defaultOf(spec)} | ${limitsOf(spec)} | ${spec.help} |`;
  });
  return ["| option | default | takes | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

function defaultOf({ default: value }: OptionSpec): string {
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? "" : `\`${text}\``;
}

function limitsOf(spec: OptionSpec): string {
  switch (spec.type) {
    case "integer":
    case "number":
      return `${spec.min} to ${spec.max}`;
    case "list":
      return spec.oneOf === undefined ? "list" : `list of ${spec.oneOf.join(", ")}`;
    case "string":
      return spec.oneOf?.join(", ") ?? "text";
    case "objects":
      return "list of objects, see below";
  }
}

function membersTable(members: MemberSpecs): string {
  const rows = Object.entries(members).map(([name, spec]) => {
    const value = spec.required ? "required" : defaultOf(spec);
    return `| \`${name}\` | ${value} | ${limitsOf(spec)} | ${spec.help} |`;
  });
  return ["| member | default | takes | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

function sourceTables(): string {
  return metricSources
    .map(({ name, help, types, members }) => {
      const table = Object.keys(members).length === 0 ? "" : `\n\n${membersTable(members)}`;
      return `**\`source: ${name}\`** ${help} Types: ${types.join(", ")}.${table}`;
    })
    .join("\n\n");
}

function collectorTable(): string {
  const rows = collectors.map(
    ({ name, help, metrics }) =>
      `| \`${name}\` | ${help} | ${Object.keys(metrics)
        .map((metric) => `\`${metric}\``)
        .join(" ")} |`,
  );
  return ["| collector | reads | readings |", "|---|---|---|", ...rows].join("\n");
}

function ruleTable(): string {
  const rows = rules.map(
    ({ name, summary, needsNormal, severity, techniques }) =>
      `| \`${name}\` | ${summary} | ${needsNormal ? "yes" : "no"} | ${severity} | ${techniques.join(" ")} |`,
  );
  const head = "| rule | finds | needs a baseline | severity | ATT&CK for ICS |";
  return [head, "|---|---|---|---|---|", ...rows].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readme, readmeWithTables(readFileSync(readme, "utf8")));
}
