#!/usr/bin/env node
import { ExitCode, FieldwardenError } from "../agent/core/errors.ts";
import { nearest } from "../agent/core/nearest.ts";
import { cloud } from "./cli/cloud.ts";
import { device } from "./cli/device.ts";
import { type Io, usageError, type Verb } from "./cli/verb.ts";

const verbs: readonly Verb[] = [cloud, device];

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
  const verb = verbs.find((one) => one.name === name);
  if (verb === undefined) throw unknownVerb(name);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(verb.help);
    return ExitCode.ok;
  }
  return verb.run(io(args));
}

function io(args: readonly string[]): Io {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());
  return {
    args,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    stop: stop.signal,
  };
}

/** Says what went wrong and how to mend it. What is not a FieldwardenError is a bug of ours. */
function explain(error: unknown): ExitCode {
  if (error instanceof FieldwardenError) {
    const { message, hint } = error;
    process.stderr.write(`${JSON.stringify({ level: "error", message, hint })}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = "this is a bug of ours, please report it";
  process.stderr.write(`${JSON.stringify({ level: "error", message, stack })}\n`);
  return ExitCode.internal;
}

function unknownVerb(name: string): FieldwardenError {
  const names = verbs.map((verb) => verb.name);
  const near = nearest(name, names);
  const hint = near === null ? `there are ${names.join(" and ")}` : `did you mean ${near}?`;
  return usageError(`there is no verb "${name}"`, hint);
}

function overview(): string {
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}`);
  return `A local AWS IoT Core and Device Defender, to try and test security agents against.

Usage: fieldwarden-sim VERB [options]      fieldwarden-sim VERB --help

${lines.join("\n")}

Example: fieldwarden-sim cloud --dir ./cloud
`;
}
