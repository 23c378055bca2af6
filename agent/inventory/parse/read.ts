import { NoDataError } from "../../core/errors.ts";
import { type Host, type HostEntry, HostError } from "../../core/host.ts";

/** What `reading` gives, or null where it ends in a HostError. Other errors are bugs and pass. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

/** A file that the device need not have. */
export function textOrNull(host: Host, path: string): Promise<string | null> {
  return orNull(host.readText(path));
}

/** A file of one value, as /sys has them: trimmed, and undefined where it is missing or empty. */
export async function valueAt(host: Host, path: string): Promise<string | undefined> {
  // Device tree properties end with a zero byte, and may hold several strings.
  const text = (await textOrNull(host, path))?.replace(/\0+$/, "").trim();
  return text === "" ? undefined : text;
}

/** Names in a folder; none where it is missing or cannot be read. */
export async function namesIn(host: Host, path: string): Promise<string[]> {
  return (await orNull(host.list(path))) ?? [];
}

export async function entriesIn(host: Host, path: string): Promise<HostEntry[]> {
  return (await orNull(host.entries(path))) ?? [];
}

/**
 * The first of these files that there is. Throws NoDataError when there is none, HostError when it
 * cannot be read.
 */
export async function firstTextOf(
  host: Host,
  paths: readonly string[],
): Promise<{ path: string; text: string }> {
  for (const path of paths) {
    try {
      return { path, text: await host.readText(path) };
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "missing") throw error;
    }
  }
  throw new NoDataError(`this device has no /${paths.join(", /")}`);
}

/** Members of `values` that have a value: what an object with optional members takes. */
export function present<T extends Record<string, unknown>>(
  values: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined | null | ""> } {
  const kept = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(kept) as {
    [Name in keyof T]?: Exclude<T[Name], undefined | null | "">;
  };
}

/** The driver that has a device of /sys: the last part of its `driver` link. */
export async function driverOf(host: Host, folder: string): Promise<string | undefined> {
  return (await orNull(host.readLink(`${folder}/driver`)))?.split("/").at(-1);
}
