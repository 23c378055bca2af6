/** A file that grows by lines, for what a user asked to be written. */
import { closeSync, openSync, writeSync } from "node:fs";
import { ExitCode, FieldwardenError } from "../core/errors.ts";

const BUFFER_CHARACTERS = 64 * 1024;

export interface LineFile {
  write(line: string): void;
  /** Writes what is gathered. */
  flush(): void;
  close(): void;
}

/** Begins the file anew. It and the rest throw FieldwardenError: 77 without permission, else 74. */
export function createLineFile(path: string): LineFile {
  const file = asked(path, () => openSync(path, "w"));
  let gathered = "";
  function flush(): void {
    const text = gathered;
    gathered = "";
    if (text !== "") asked(path, () => writeSync(file, text));
  }
  return {
    write(line) {
      gathered += `${line}\n`;
      if (gathered.length >= BUFFER_CHARACTERS) flush();
    },
    flush,
    close() {
      flush();
      closeSync(file);
    },
  };
}

function asked<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const isDenied = code === "EACCES" || code === "EPERM";
    throw new FieldwardenError(
      isDenied ? ExitCode.permission : ExitCode.io,
      `cannot write ${path}: ${message}`,
      "",
    );
  }
}
