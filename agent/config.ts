import { existsSync, readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { ExitCode, FieldwardenError } from "./core/errors.ts";
import { nearest } from "./core/nearest.ts";
import {
  argNameOf,
  type Config,
  envNameOf,
  type OptionName,
  type OptionSpec,
  optionNames,
  options,
} from "./options.ts";

/** Read when neither --config nor FIELDWARDEN_CONFIG names another, and it is there. */
export const CONFIG_FILE = "/etc/fieldwarden/fieldwarden.yaml";

/** Largest configuration file that is read: a slip like /dev/zero must not fill the memory. */
const CONFIG_BYTES_MAX = 1024 * 1024;

/** A value as somebody wrote it, and where: "gateway.yaml:3", "FIELDWARDEN_ROOT", "--root". */
interface Setting {
  name: string;
  value: unknown;
  where: string;
}

/** The configuration, and for each option where its value came from ("default" or a place). */
export interface LoadedConfig {
  config: Config;
  origins: Readonly<Record<OptionName, string>>;
  /** The file that was read; null when there was none. */
  file: string | null;
}

export interface ConfigSources {
  /** Arguments by their names with dashes, as node:util's parseArgs returns them. */
  args: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string | undefined>>;
}

/** Reads and checks all sources; arguments win over environment over file. Throws FieldwardenError. */
export function loadConfig({ args, env }: ConfigSources): LoadedConfig {
  const named = (args.config as string | undefined) ?? env.FIELDWARDEN_CONFIG;
  const file = named ?? (existsSync(CONFIG_FILE) ? CONFIG_FILE : null);
  const problems: string[] = [];
  const settings = [
    ...(file === null ? [] : settingsOfFile(file, problems)),
    ...settingsOfEnv(env, problems),
    ...settingsOfArgs(args),
  ];
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const name of optionNames) {
    values[name] = options[name].default;
    origins[name] = "default";
  }
  for (const { name, value, where } of settings) {
    const read = readValue(options[name as OptionName], value);
    if ("problem" in read) problems.push(`${where}: ${name} ${read.problem}`);
    else [values[name], origins[name]] = [read.value, where];
  }
  if (problems.length > 0) throw configError(problems);
  return { config: values as Config, origins: origins as Record<OptionName, string>, file };
}

/** What `run` needs beyond each option being good by itself. Throws FieldwardenError. */
export function requireForRun(config: Config): void {
  const problems: string[] = [];
  if (config.transport === "mqtt" && config.mqtt_url === "") {
    problems.push("mqtt_url is empty: transport mqtt needs a broker, as mqtts://HOST:8883");
  }
  if (config.transport === "file" && config.output_file === "") {
    problems.push("output_file is empty: transport file needs one");
  }
  if (problems.length > 0) throw configError(problems);
}

function settingsOfFile(file: string, problems: string[]): Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(readConfigFile(file), { lineCounter: lines });
  const at = (offset: number | undefined) => `${file}:${lines.linePos(offset ?? 0).line}`;
  for (const error of document.errors) {
    problems.push(`${at(error.pos[0])}: ${error.message.split("\n")[0]}`);
  }
  if (document.errors.length > 0 || document.contents === null) return [];
  if (!isMap(document.contents)) {
    problems.push(`${file}: not a list of "name: value" lines`);
    return [];
  }
  const settings: Setting[] = [];
  for (const { key, value } of document.contents.items) {
    const name = String(isScalar(key) ? key.value : key);
    const where = at((key as { range?: [number, number, number] }).range?.[0]);
    if (name in options) {
      settings.push({ name, value: (value as { toJSON(): unknown } | null)?.toJSON(), where });
    } else {
      problems.push(`${where}: there is no option "${name}"${suggestionOf(name, optionNames)}`);
    }
  }
  return settings;
}

function settingsOfEnv(env: ConfigSources["env"], problems: string[]): Setting[] {
  const names = new Map(optionNames.map((name) => [envNameOf(name), name]));
  const settings: Setting[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith("FIELDWARDEN_") || variable === "FIELDWARDEN_CONFIG") continue;
    const name = names.get(variable);
    if (name !== undefined) settings.push({ name, value, where: variable });
    else {
      const suggestion = suggestionOf(variable, [...names.keys()]);
      problems.push(`environment: there is no option "${variable}"${suggestion}`);
    }
  }
  return settings;
}

function settingsOfArgs(args: ConfigSources["args"]): Setting[] {
  return optionNames.flatMap((name) => {
    const value = args[argNameOf(name)];
    return value === undefined ? [] : [{ name, value, where: `--${argNameOf(name)}` }];
  });
}

function readValue(spec: OptionSpec, value: unknown): { value: unknown } | { problem: string } {
  switch (spec.type) {
    case "integer":
      return readInteger(spec, value);
    case "list":
      return readList(value);
    case "string":
      return readString(spec, value);
  }
}

function readInteger({ min, max }: { min: number; max: number }, value: unknown) {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) {
    return { problem: `is ${shown(value)}: it takes a whole number` };
  }
  return number < min || number > max
    ? { problem: `is ${number}: it takes ${min} to ${max}` }
    : { value: number };
}

function readList(value: unknown) {
  // One string holds the items between commas: as an argument, in the environment, or by habit.
  const items = typeof value === "string" ? [value] : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === "string")) {
    return { problem: `is ${shown(value)}: it takes a list of strings` };
  }
  const split = items.flatMap((item) => item.split(","));
  return { value: split.map((item) => item.trim()).filter((item) => item !== "") };
}

function readString(spec: OptionSpec & { type: "string" }, value: unknown) {
  // YAML reads `thing_name: 7` and `mqtt_protocol: 5` as numbers.
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return { problem: `is ${shown(value)}: it takes a string` };
  if (spec.oneOf !== undefined && !spec.oneOf.includes(text)) {
    const suggestion = suggestionOf(text, spec.oneOf);
    return { problem: `is "${text}": it takes ${spec.oneOf.join(", ")}${suggestion}` };
  }
  return spec.pattern !== undefined && !spec.pattern.test(text)
    ? { problem: `is "${text}": ${spec.help}` }
    : { value: text };
}

/** The JSON Schema of the file (draft 2020-12), for editors and for checks before deployment. */
export function configSchema(): object {
  const properties = Object.fromEntries(
    optionNames.map((name) => [name, schemaOf(options[name])] as const),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fieldwarden agent configuration",
    type: "object",
    additionalProperties: false,
    properties,
  };
}

function schemaOf(spec: OptionSpec): object {
  const common = { description: spec.help, default: spec.default };
  switch (spec.type) {
    case "integer":
      return { type: "integer", minimum: spec.min, maximum: spec.max, ...common };
    case "list":
      return { type: "array", items: { type: "string" }, ...common };
    case "string":
      return {
        type: "string",
        ...(spec.oneOf && { enum: spec.oneOf }),
        ...(spec.pattern && { pattern: spec.pattern.source }),
        ...common,
      };
  }
}

function readConfigFile(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length <= CONFIG_BYTES_MAX) return text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FieldwardenError(
      code === "EACCES" ? ExitCode.permission : ExitCode.noInput,
      `the configuration ${file} cannot be read (${code})`,
      "Check the path given with --config or FIELDWARDEN_CONFIG.",
    );
  }
  throw new FieldwardenError(
    ExitCode.config,
    `${file} is larger than ${CONFIG_BYTES_MAX} bytes: not a configuration`,
    "Check the path given with --config.",
  );
}

function configError(problems: readonly string[]): FieldwardenError {
  return new FieldwardenError(
    ExitCode.config,
    `the configuration has ${problems.length} fault${problems.length > 1 ? "s" : ""}:\n${problems
      .map((problem) => `  ${problem}`)
      .join("\n")}`,
    "`fieldwarden config schema` prints all options with their limits.",
  );
}

function suggestionOf(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? "" : `; did you mean "${near}"?`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "empty";
}
