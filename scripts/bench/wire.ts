// Bytes of one report with the default configuration: each encoding against JSON with long names. The
// device is a tree of the tests, so that the figure is the same everywhere.
import { execFileSync } from "node:child_process";
import type { Figure } from "./figure.ts";

const encodings = [
  ["json", "long"],
  ["json", "short"],
  ["cbor", "long"],
  ["cbor", "short"],
] as const;

export default async function* wire(): AsyncGenerator<Figure> {
  let longJson = 0;
  for (const [format, names] of encodings) {
    const bytes = execFileSync(process.execPath, [
      ...["build/agent/main.js", "report", "--once", "--root", "test/fixtures/host/modern-gateway"],
      ...["--format", format, "--names", names],
    ]).length;
    longJson ||= bytes;
    yield {
      name: `agent.report.bytes.${format}_${names}`,
      value: bytes,
      unit: "bytes",
      ratio: bytes / longJson,
      against: "json_long",
      runs: 1,
    };
  }
}
