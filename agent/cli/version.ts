import { ExitCode } from "../core/errors.ts";
import { parseVerbArgs, type Verb } from "./verb.ts";

export const version: Verb = {
  name: "version",
  summary: "Print the version.",
  help: `Usage: fieldwarden version [--json]

  --json   As JSON, with Node's version, the platform and whether there is WebAssembly.

Example: fieldwarden version --json`,
  takesConfig: false,
  async run({ args, stdout, version: own }) {
    const { values } = parseVerbArgs(args, { json: { type: "boolean" } });
    const { node } = process.versions;
    const platform = `${process.platform}-${process.arch}`;
    const wasm = "WebAssembly" in globalThis;
    const json = JSON.stringify({ version: own, node, platform, wasm });
    stdout.write(values.json ? `${json}\n` : `fieldwarden ${own} (node ${node}, ${platform})\n`);
    return ExitCode.ok;
  },
};
