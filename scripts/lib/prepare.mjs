// What every command does first on a fresh clone: install from the lock file, build what is missing
// or older than its sources. Plain JavaScript: it must run before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const installed = join(root, "node_modules/.package-lock.json");
const stamp = join(root, "build/.built");

/** Installs from the lock file when node_modules is missing or older than the lock. */
export function install() {
  const lock = statSync(join(root, "package-lock.json")).mtimeMs;
  if (existsSync(installed) && statSync(installed).mtimeMs >= lock) return;
  // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, and some
  // registries do not have them all. Without saving, the lock file decides here too, and stays.
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...quiet], "installing packages");
  const now = new Date();
  utimesSync(installed, now, now); // A checkout may date the lock file later than the install.
}

/** Installs, then builds when any source is newer than the last build. */
export function build({ force = false } = {}) {
  install();
  const sources = ["agent", "sim", "wasm", "tsconfig.json", "asconfig.json", "scripts/build.mjs"];
  const newest = Math.max(
    ...sources.map((source) => newestMs(join(root, source))),
    newestMs(installed),
  );
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  run(process.execPath, ["scripts/build.mjs", "--steps"], "building");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, "");
}

/** Runs a command in the project; on failure shows all it printed and leaves with its code. */
export function run(command, args, title) {
  if (title) process.stderr.write(`fieldwarden: ${title} …\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", title ? 2 : "inherit", "inherit"],
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const children = readdirSync(path).map((name) => newestMs(join(path, name)));
  return Math.max(stat.mtimeMs, ...children);
}
