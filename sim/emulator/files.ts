/** The few ways the service's folder is read and written. All throw FieldwardenError with a hint. */
import { randomUUID } from "node:crypto";
import { access, link, mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ExitCode, FieldwardenError } from "../../agent/core/errors.ts";

/** With its parents. Node's own `recursive` never ends below /proc, where no folder can be made. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    const parent = dirname(resolve(path));
    if (codeOf(error) !== "ENOENT" || (await isThere(parent))) throw mended(path, error);
    await makeFolder(parent);
    await mend(path, () => mkdir(path, { mode: 0o700 }));
  }
}

/** Writes a file that must not be there yet. */
export async function createFile(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { mode, flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw mended(path, error);
    throw new FieldwardenError(
      ExitCode.io,
      `${path} exists already`,
      "a thing keeps its identity: take another name, or remove both of its .pem files first",
    );
  }
}

/** The file's text; where there is none, `create`'s, which is then the file's for every program. */
export async function readOrCreate(
  path: string,
  mode: number,
  create: () => Promise<string>,
): Promise<string> {
  const old = await readIfThere(path);
  if (old !== null) return old;
  const temporary = `${path}.${randomUUID()}.new`;
  const text = await create();
  await mend(path, () => writeFile(temporary, text, { mode }));
  try {
    await link(temporary, path); // Fails when another program was first; rename would not.
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw mended(path, error);
  } finally {
    await unlink(temporary);
  }
  return (await readIfThere(path)) ?? text;
}

/** The old or the new text at any time, never a part. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  await mend(path, () => writeFile(temporary, text, { mode }));
  await mend(path, () => rename(temporary, path));
}

/** The file's text, or null when there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw mended(path, error);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

async function mend<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw mended(path, error);
  }
}

function mended(path: string, error: unknown): FieldwardenError {
  const denied = ["EACCES", "EPERM", "EROFS"].includes(codeOf(error));
  return new FieldwardenError(
    denied ? ExitCode.permission : ExitCode.io,
    `${path}: ${messageOf(error)}`,
    denied
      ? "give --dir a folder that this user may write"
      : "give --dir a folder on a working disk",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
