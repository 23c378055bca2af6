import { HostError } from "../../core/host.ts";

/** What `reading` gives, or null where it ends in a HostError: processes and their files come and go. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}
