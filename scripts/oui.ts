/** Part of the build: makers by MAC address, from the package oui-data, as build/oui.bin. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { encodeOui } from "./lib/oui-encode.ts";

const require = createRequire(import.meta.url);
const makers = require("oui-data") as Record<string, string>;

/** The first line is the name; the address follows. */
const rows = Object.entries(makers).map(
  ([prefix, text]) => [prefix, text.split("\n")[0]!] as const,
);

const build = new URL("../build/", import.meta.url);
mkdirSync(build, { recursive: true });
writeFileSync(new URL("oui.bin", build), encodeOui(rows));
