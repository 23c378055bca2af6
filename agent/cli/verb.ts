import { type ParseArgsConfig, parseArgs } from "node:util";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { argNameOf, optionNames, options } from "../options.ts";

/** What a verb has of the process it runs in. `main.ts` alone owns the process itself. */
export interface Io {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdout: NodeJS.WritableStream;
  stderr: (text: string) => void;
  /** Whether stderr is a terminal that someone may be looking at. */
  isTerminal: boolean;
  /** Aborted by SIGINT or SIGTERM. */
  stop: AbortSignal;
  /** The WASM core that was built with this program; see traffic/core.ts. */
  loadCore: () => Promise<import("../traffic/core.ts").CoreModule>;
  /** Makers by MAC address, built with this program; see traffic/oui.ts. */
  loadOui: () => Promise<Uint8Array>;
  version: string;
}

export interface Verb {
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** Usage, own options and an example: all of `--help` but the table of common options. */
  help: string;
  /** Whether the configuration's options are this verb's too. */
  takesConfig: boolean;
  run(io: Io): Promise<ExitCode>;
}

export type ArgValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** Options of the configuration as arguments, with those of a verb itself. */
export function parseVerbArgs(
  args: readonly string[],
  own: NonNullable<ParseArgsConfig["options"]>,
  positionalsMax = 0,
): { values: ArgValues; positionals: string[] } {
  const known: NonNullable<ParseArgsConfig["options"]> = { config: { type: "string" }, ...own };
  for (const name of optionNames) {
    known[argNameOf(name)] = { type: "string", multiple: options[name].type === "list" };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: known,
      allowPositionals: positionalsMax > 0,
    });
    if (positionals.length <= positionalsMax) return { values, positionals };
    throw new Error(`Unexpected argument '${positionals[positionalsMax]}'`);
  } catch (error) {
    throw usageError((error as Error).message, Object.keys(known));
  }
}

/** Node's message, shortened to what is wrong, and the nearest option there is. */
function usageError(message: string, known: readonly string[]): FieldwardenError {
  const unknown = /^Unknown option '--?([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) {
    return new FieldwardenError(ExitCode.usage, message, "`--help` shows what there is.");
  }
  const near = nearest(unknown, known);
  return new FieldwardenError(
    ExitCode.usage,
    `there is no option --${unknown}`,
    near === null ? "`--help` shows what there is." : `Did you mean --${near}?`,
  );
}
