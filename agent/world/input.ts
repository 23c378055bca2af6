/** Files that the user names to a verb, and standard input as "-". */
import { createReadStream } from "node:fs";
import { ExitCode, FieldwardenError } from "../core/errors.ts";

/** Largest file that is read as a whole: a slip like /dev/zero must not fill the memory. */
const INPUT_CHARACTERS_MAX = 16 * 1024 * 1024;
/** Longest line: a report of AWS IoT Core's 128 KiB, written out by whatever hand. */
const LINE_CHARACTERS_MAX = 1024 * 1024;

/** A file's text. Throws FieldwardenError: 66 when it cannot be read, 65 when it is too large. */
export async function readInput(path: string): Promise<string> {
  let text = "";
  for await (const chunk of inputChunks(path)) {
    text += chunk;
    if (text.length > INPUT_CHARACTERS_MAX)
      throw tooLarge(path, `${INPUT_CHARACTERS_MAX} characters`);
  }
  return text;
}

/** The lines of a file, or of standard input ("-"), without their ends. Throws as `readInput`. */
export async function* inputLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of inputChunks(path)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    if (rest.length > LINE_CHARACTERS_MAX) {
      throw tooLarge(path, `${LINE_CHARACTERS_MAX} characters in a line`);
    }
    for (const line of lines) yield line;
  }
  if (rest !== "") yield rest;
}

async function* inputChunks(path: string): AsyncGenerator<string> {
  const stream = path === "-" ? process.stdin : createReadStream(path);
  stream.setEncoding("utf8");
  try {
    for await (const chunk of stream) yield chunk as string;
  } catch (error) {
    throw inputErrorOf(path, error);
  }
}

function tooLarge(path: string, bound: string): FieldwardenError {
  return new FieldwardenError(ExitCode.badData, `${path} has more than ${bound}`, "");
}

/** Errors of the system say which file; any other error passes. */
function inputErrorOf(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall === undefined) {
    return error;
  }
  return new FieldwardenError(ExitCode.noInput, `cannot read ${path}: ${error.message}`, "");
}
