import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import { nameText } from "../../detect/behavior.ts";
import type { ArgValues } from "../verb.ts";

/** A file that an action cannot do without. */
export function pathOption(values: ArgValues, name: string, action: string): string {
  const path = values[name];
  if (typeof path === "string") return path;
  throw usageError(`${action} needs --${name} FILE`);
}

/** The one file that an action is about. */
export function pathArgument(positionals: readonly string[], action: string): string {
  const [path] = positionals;
  if (path === undefined) throw usageError(`${action}: say which file`);
  return path;
}

/** A number above 0. */
export function numberOption<T>(values: ArgValues, name: string, byDefault: T): number | T {
  const text = values[name];
  if (text === undefined) return byDefault;
  const number = Number(text);
  if (text !== "" && Number.isFinite(number) && number > 0) return number;
  throw usageError(`--${name} is "${text}": it takes a number above 0`);
}

/** A profile's name, as AWS takes it. */
export function nameOption({ name }: ArgValues): string | null {
  if (name === undefined) return null;
  if (nameText.pattern.test(name as string) && (name as string).length <= nameText.max) {
    return name as string;
  }
  throw usageError(`--name is "${name}": it takes 1 to ${nameText.max} of a-z A-Z 0-9 : _ -`);
}

function usageError(message: string): FieldwardenError {
  return new FieldwardenError(ExitCode.usage, message, "`fieldwarden profile --help`");
}
