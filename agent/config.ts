import { existsSync, readFileSync } from "node:fs";
import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { objectsSchemaOf, readObjects } from "./config-objects.ts";
import { readScalar, scalarSchemaOf, suggestionOf } from "./config-values.ts";
import { ExitCode, FieldwardenError } from "./core/errors.ts";
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
  name: OptionName;
  /** From the file, and for lists of objects from anywhere, a YAML node: it knows its line. */
  value: unknown;
  where: string;
  placeOf: (node: Node | null) => string;
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
  for (const setting of settings) {
    const value = readValue(setting, problems);
    if (value !== undefined) [values[setting.name], origins[setting.name]] = [value, setting.where];
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
  for (const { name, source, command } of config.metrics) {
    if (source === "command" && !config.metrics_commands.includes(command as string)) {
      problems.push(`metrics: "${name}" runs ${command}, which is not in metrics_commands`);
    }
  }
  if (problems.length > 0) throw configError(problems);
}

function settingsOfFile(file: string, problems: string[]): Setting[] {
  const lines = new LineCounter();
  const document = parseDocument(readConfigFile(file), { lineCounter: lines });
  const at = (offset: number | undefined) => `${file}:${lines.linePos(offset ?? 0).line}`;
  const placeOf = (node: Node | null) => at(node?.range?.[0]);
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
    const where = placeOf(key as Node);
    if (isOption(name)) {
      const orKey = (node: Node | null) => (node?.range ? placeOf(node) : where);
      settings.push({ name, value: (value as Node | null) ?? undefined, where, placeOf: orKey });
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
    if (name !== undefined) settings.push(textSettingOf(name, value, variable));
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
    return value === undefined ? [] : [textSettingOf(name, value, `--${argNameOf(name)}`)];
  });
}

/** A list of objects stands in one argument or variable as YAML, JSON for one. */
function textSettingOf(name: OptionName, value: unknown, where: string): Setting {
  const isObjects = options[name].type === "objects" && typeof value === "string";
  return {
    name,
    value: isObjects ? parseDocument(value).contents : value,
    where,
    placeOf: () => where,
  };
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

/** Adds what is wrong to `problems`; undefined when anything is. */
function readValue({ name, value, where, placeOf }: Setting, problems: string[]): unknown {
  const spec: OptionSpec = options[name];
  if (spec.type === "objects") {
    const read = readObjects(name, spec, value as Node | null, placeOf);
    problems.push(...read.problems);
    return read.problems.length > 0 ? undefined : read.values;
  }
  const read = readScalar(spec, isNode(value) ? value.toJSON() : value);
  if ("value" in read) return read.value;
  problems.push(`${where}: ${name} ${read.problem}`);
  return undefined;
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
  return spec.type === "objects" ? objectsSchemaOf(spec) : scalarSchemaOf(spec);
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
