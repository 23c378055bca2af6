/** Tags by the ARN of what they are on. */
import type { ApiContext } from "./operation.ts";

export interface Tag {
  Key: string;
  Value?: string;
}

/** Adds tags; one of the same key gets the new value. */
export function keepTags(arn: string, tags: readonly Tag[], { registry }: ApiContext): void {
  if (tags.length === 0) return;
  const table = registry.table<Tag[]>("tags");
  const keys = new Set(tags.map(({ Key }) => Key));
  const kept = (table.get(arn) ?? []).filter(({ Key }) => !keys.has(Key));
  table.put(arn, [...kept, ...tags]);
}
