/** Files of `watch --baseline` and of the verb `baseline`. */
import { basename, dirname } from "node:path";
import { DiskError } from "../core/disk.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { parseBaseline } from "../detect/baseline/parse.ts";
import type { BaselineFile } from "../detect/baseline/row.ts";
import { createFsDisk } from "../world/disk-fs.ts";

/** Null where there is no such file. Throws FieldwardenError: 78 for a file that is none, 74 and 77. */
export async function loadBaseline(path: string): Promise<BaselineFile | null> {
  const bytes = await asked(path, (disk, name) => disk.read(name));
  if (bytes === null) return null;
  const parsed = parseBaseline(new TextDecoder().decode(bytes));
  if ("file" in parsed) return parsed.file;
  throw new FieldwardenError(
    ExitCode.config,
    `${path} is no baseline: ${parsed.problem}`,
    "`fieldwarden watch --learn --baseline FILE` makes one; the file is never written over a bad one.",
  );
}

/** As `loadBaseline`, and throws 66 where there is no such file. */
export async function needBaseline(path: string): Promise<BaselineFile> {
  const file = await loadBaseline(path);
  if (file !== null) return file;
  throw new FieldwardenError(
    ExitCode.noInput,
    `${path}: there is no such file`,
    "`fieldwarden watch --learn --baseline FILE` makes one.",
  );
}

/** After a power cut the old or the new. Throws FieldwardenError: 74 and 77. */
export async function saveBaseline(path: string, file: BaselineFile): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(file, null, 1)}\n`);
  await asked(path, (disk, name) => disk.replace(name, bytes));
}

type Disk = ReturnType<typeof createFsDisk>;

async function asked<Result>(
  path: string,
  work: (disk: Disk, name: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(createFsDisk({ folder: dirname(path) }), basename(path));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new FieldwardenError(
      error.code === "denied" ? ExitCode.permission : ExitCode.io,
      `${path}: ${error.message}`,
      "",
    );
  }
}
