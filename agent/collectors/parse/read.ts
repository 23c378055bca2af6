import { NoDataError } from "../../core/errors.ts";
import { type Host, HostError } from "../../core/host.ts";

/** A collector's own file: where the device lacks it, there is no data. Throws NoDataError, HostError. */
export async function readSource(host: Host, path: string): Promise<string> {
  try {
    return await host.readText(path);
  } catch (error) {
    if (error instanceof HostError && error.code === "missing") {
      throw new NoDataError(`this device has no /${path}`);
    }
    throw error;
  }
}

/** A file that the device need not have: null where it is missing or cannot be read. */
export function readTextOrNull(host: Host, path: string): Promise<string | null> {
  return orNull(host.readText(path));
}

/** What `reading` gives, or null where it ends in a HostError. Other errors are bugs and pass. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}
