import type { Notice } from "./notice.ts";

/**
 * What became of a delivery. "refused": this record will never be taken, another may be. "unreachable":
 * it may be taken later. `reason` is a sentence for a person.
 */
export type DeliveryResult =
  | { outcome: "delivered" }
  | { outcome: "refused"; reason: string }
  | { outcome: "unreachable"; reason: string };

/** A way out for findings. One delivery at a time; each ends, whatever the other end does. */
export interface AlertOutput {
  name: string;
  /** Where it goes, without secrets. */
  endpoint: string;
  deliver(notice: Notice): Promise<DeliveryResult>;
  close(): Promise<void>;
}
