#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { baseline } from "./cli/baseline.ts";
import { config } from "./cli/config.ts";
import { detect } from "./cli/detect.ts";
import { findings } from "./cli/findings.ts";
import { inventory } from "./cli/inventory.ts";
import { profile } from "./cli/profile.ts";
import { report } from "./cli/report.ts";
import { run } from "./cli/run.ts";
import type { Io, Verb } from "./cli/verb.ts";
import { version } from "./cli/version.ts";
import { watch } from "./cli/watch.ts";
import { ExitCode, FieldwardenError } from "./core/errors.ts";
import { nearest } from "./core/nearest.ts";
import { argNameOf, optionNames, options } from "./options.ts";
import { type CoreModule, coreModuleOf, instantiateCore } from "./traffic/core.ts";

const verbs: readonly Verb[] = [
  run,
  report,
  inventory,
  watch,
  baseline,
  detect,
  profile,
  findings,
  config,
  version,
];

// Who reads stdout may have seen enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? ExitCode.ok : ExitCode.io);
});

main()
  .catch(explain)
  .then((code) => {
    // A pipe takes stdout in its own time: leave when it has.
    process.stdout.write("", () => process.exit(code));
  });

async function main(): Promise<ExitCode> {
  const [name = "", ...args] = process.argv.slice(2);
  if (name === "" || name === "help" || name === "--help" || name === "-h") {
    (name === "" ? process.stderr : process.stdout).write(overview());
    return name === "" ? ExitCode.usage : ExitCode.ok;
  }
  const verb = verbs.find((one) => one.name === name.replace(/^--version$/, "version"));
  if (verb === undefined) throw unknownVerb(name);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`${verb.help}\n${verb.takesConfig ? optionTable() : ""}`);
    return ExitCode.ok;
  }
  return verb.run(io(args));
}

function io(args: readonly string[]): Io {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => stop.abort());
  }
  return {
    args,
    env: process.env,
    stdout: process.stdout,
    stderr: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    stop: stop.signal,
    loadCore,
    loadOui: async () => readFileSync(new URL("build/oui.bin", projectRoot())),
    version: JSON.parse(readFileSync(new URL("package.json", projectRoot()), "utf8")).version,
  };
}

/** The core that was built with this program; where the host forbids WebAssembly, its twin. */
async function loadCore(): Promise<CoreModule> {
  const built = new URL("build/", projectRoot());
  if (!("WebAssembly" in globalThis)) {
    const { instantiate } = await import(new URL("core-twin.mjs", built).href);
    return coreModuleOf(instantiate());
  }
  return instantiateCore(readFileSync(new URL("core.wasm", built)));
}

/** This file runs as agent/main.ts and as build/agent/main.js. */
function projectRoot(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "../" : "../../", import.meta.url);
}

/** Says what went wrong and how to mend it. What is not a FieldwardenError is a bug of ours. */
function explain(error: unknown): ExitCode {
  if (error instanceof FieldwardenError) {
    const hint = error.hint === "" ? "" : `\n  ${error.hint}`;
    process.stderr.write(`fieldwarden: ${error.message}${hint}\n`);
    return error.exitCode;
  }
  process.stderr.write(`fieldwarden: this is a bug of ours, please report it\n${stackOf(error)}\n`);
  return ExitCode.internal;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function unknownVerb(name: string): FieldwardenError {
  const near = nearest(
    name,
    verbs.map((verb) => verb.name),
  );
  return new FieldwardenError(
    ExitCode.usage,
    `there is no verb "${name}"`,
    near === null ? "`fieldwarden --help` lists them." : `Did you mean "fieldwarden ${near}"?`,
  );
}

function overview(): string {
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`);
  return `Fieldwarden watches an OT gateway and reports to AWS IoT Device Defender or your own plant.

Usage: fieldwarden VERB [options]      fieldwarden VERB --help

${lines.join("\n")}

Example: fieldwarden report --once
`;
}

function optionTable(): string {
  const width = Math.max(...optionNames.map((name) => argNameOf(name).length)) + 2;
  const lines = optionNames.map((name) => {
    const { default: value, help } = options[name];
    const shown = Array.isArray(value) ? value.join(",") : value;
    return `  --${argNameOf(name).padEnd(width)}${help}${shown === "" ? "" : ` [${shown}]`}`;
  });
  return `
Options, from the file (--config, FIELDWARDEN_CONFIG or /etc/fieldwarden/fieldwarden.yaml), from the
environment as FIELDWARDEN_THING_NAME, or as arguments; the later wins:
  --${"config".padEnd(width)}YAML file with these options, under their names with underscores.
${lines.join("\n")}
`;
}
