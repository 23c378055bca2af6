import { stringify } from "yaml";
import { configSchema, type LoadedConfig, loadConfig, requireForRun } from "../config.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { optionNames } from "../options.ts";
import { systemClock } from "../world/clock-system.ts";
import { checkCredentials } from "../world/credentials.ts";
import { type Io, parseVerbArgs, type Verb } from "./verb.ts";

const actions = ["validate", "show", "schema"];

export const config: Verb = {
  name: "config",
  summary: "Check, show or describe the configuration; never touches the network.",
  help: `Usage: fieldwarden config validate|show|schema [--config FILE] [options]

  validate   Check all options and the files they name; exit 78 when something is wrong.
  show       Print every option's value in force as YAML, and where it comes from.
  schema     Print the JSON Schema of the file, for editors.

Example: fieldwarden config validate --config /etc/fieldwarden/fieldwarden.yaml`,
  takesConfig: true,
  async run(io) {
    const { values, positionals } = parseVerbArgs(io.args, {}, 1);
    const action = positionals[0] ?? "";
    if (!actions.includes(action)) throw unknownAction(action);
    if (action === "schema") {
      io.stdout.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
      return ExitCode.ok;
    }
    const loaded = loadConfig({ args: values, env: io.env });
    if (action === "show") show(loaded, io);
    else validate(loaded, io);
    return ExitCode.ok;
  },
};

function validate({ config, origins, file }: LoadedConfig, { stdout, stderr }: Io): void {
  requireForRun(config);
  const files = {
    caFile: config.mqtt_ca_file,
    certFile: config.mqtt_cert_file,
    keyFile: config.mqtt_key_file,
  };
  const problems = config.transport === "mqtt" ? checkCredentials(files, systemClock.wallMs()) : [];
  if (problems.length > 0) {
    throw new FieldwardenError(ExitCode.config, problems.join("\n"), "");
  }
  if (config.report_interval_s < 300 && config.topic.startsWith("$aws/things/")) {
    stderr(
      `note: report_interval_s is ${config.report_interval_s}; AWS throttles a device that reports more often than every 300 s\n`,
    );
  }
  const set = optionNames.filter((name) => origins[name] !== "default").length;
  stdout.write(`${file ?? "no file"}: good (${set} options set, the others at their defaults)\n`);
}

function show({ config, origins }: LoadedConfig, { stdout }: Io): void {
  for (const name of optionNames) {
    const value = stringify(config[name], {
      flowCollectionPadding: false,
      collectionStyle: "flow",
      lineWidth: 0,
    });
    stdout.write(`${name}: ${value.trim()}  # ${origins[name]}\n`);
  }
}

function unknownAction(action: string): FieldwardenError {
  const near = nearest(action, actions);
  return new FieldwardenError(
    ExitCode.usage,
    action === ""
      ? "config: say what: validate, show or schema"
      : `config: there is no "${action}"`,
    near === null ? "`fieldwarden config --help`" : `Did you mean "config ${near}"?`,
  );
}
