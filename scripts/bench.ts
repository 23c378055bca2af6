// `npm run bench [-- NAME]`: one JSON line a figure on stdout. NAME is a file of scripts/bench/.
import { readdirSync } from "node:fs";
import { nearest } from "../agent/core/nearest.ts";
import type { Figure } from "./bench/figure.ts";

/** Files there that are no bench of their own. */
const HELPERS = ["figure", "child", "watch-captures"];

const names = readdirSync(new URL("bench/", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => !HELPERS.includes(name));
const [wanted] = process.argv.slice(2);

if (wanted !== undefined && !names.includes(wanted)) {
  const near = nearest(wanted, names);
  const hint = near === null ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
  console.error(`bench: there is no bench "${wanted}"; ${hint}`);
  process.exit(64);
}
for (const name of wanted === undefined ? names : [wanted]) {
  const { default: figures } = (await import(`./bench/${name}.ts`)) as {
    default: () => AsyncGenerator<Figure>;
  };
  for await (const figure of figures()) console.log(JSON.stringify(figure));
}
