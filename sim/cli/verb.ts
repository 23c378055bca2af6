import { type ParseArgsConfig, parseArgs } from "node:util";
import { ExitCode, FieldwardenError } from "../../agent/core/errors.ts";
import { nearest } from "../../agent/core/nearest.ts";

/** What a verb has of the process it runs in. `main.ts` alone owns the process itself. */
export interface Io {
  args: readonly string[];
  /** Data. */
  stdout: (text: string) => void;
  /** Log lines. */
  stderr: (text: string) => void;
  /** Aborted by SIGINT or SIGTERM. */
  stop: AbortSignal;
}

export interface Verb {
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** Usage, options and an example. */
  help: string;
  run(io: Io): Promise<ExitCode>;
}

type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Throws FieldwardenError (usage) on what the verb does not take. */
export function parseVerbArgs(
  args: readonly string[],
  options: Options,
  positionalsMax: number,
): { values: Values; positionals: string[] } {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    const extra = parsed.positionals[positionalsMax];
    if (extra !== undefined) throw usageError(`"${extra}" is one argument too many`);
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    if (error instanceof FieldwardenError) throw error;
    throw optionError((error as Error).message, Object.keys(options));
  }
}

/** A required text option. */
export function textOption(values: Values, name: string): string {
  const value = values[name];
  if (typeof value === "string" && value !== "") return value;
  throw usageError(`--${name} is missing`);
}

/** A whole number from 0 to `max`, or the default where the option is not given. */
export function numberOption(values: Values, name: string, max: number, byDefault: number): number {
  const value = values[name];
  if (value === undefined) return byDefault;
  if (typeof value === "string" && /^\d{1,9}$/.test(value) && Number(value) <= max) {
    return Number(value);
  }
  throw usageError(`--${name} is "${value}", not a whole number from 0 to ${max}`);
}

export function usageError(message: string, hint = "--help shows what there is"): FieldwardenError {
  return new FieldwardenError(ExitCode.usage, message, hint);
}

/** Node's message, shortened to what is wrong, with the nearest option there is. */
function optionError(message: string, known: readonly string[]): FieldwardenError {
  const unknown = /^Unknown option '--?([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return usageError(message);
  const near = nearest(unknown, known);
  const hint = near === null ? undefined : `did you mean --${near}?`;
  return usageError(`there is no option --${unknown}`, hint);
}
