import type { Clock } from "../core/clock.ts";
import type { CustomType } from "../core/custom-value.ts";
import type { Disk } from "../core/disk.ts";
import type { Host } from "../core/host.ts";
import type { MemberSpecs, ValuesOf } from "../core/option.ts";

/** What a source gives: a number for `number`, numbers for `number-list`, strings for the others. */
export type MetricReading = number | readonly number[] | readonly string[];

/**
 * One reading; null when there is nothing to say yet, as growth before there is a base. Throws
 * ReadingError, NoDataError or HostError. Ends soon after `signal` is aborted.
 */
export type Read = (signal: AbortSignal) => Promise<MetricReading | null>;

/** What one configured metric has of the agent. */
export interface SourceContext<Specs extends MemberSpecs = MemberSpecs> {
  name: string;
  type: CustomType;
  members: ValuesOf<Specs>;
  host: Host;
  clock: Clock;
  /** Where a source keeps what must outlive a restart; null where nothing may be kept. */
  disk: Disk | null;
  /** Programs that may be run, by absolute path. */
  commandsAllowed: readonly string[];
}

/** A kind of place that values come from. */
export interface MetricSource<Specs extends MemberSpecs = MemberSpecs> {
  name: string;
  /** One sentence: what it reads, and from where. */
  help: string;
  types: readonly CustomType[];
  members: Specs;
  /** What is wrong with members that are each good by themselves: a sentence's end, or null. */
  problemOf?(members: ValuesOf<NoInfer<Specs>>, type: CustomType): string | null;
  /** Called once per metric, so that a source may remember what it read before. */
  open(context: SourceContext<NoInfer<Specs>>): Read;
}

/** Ties the members' types to what `open` gets; from then on every source looks the same. */
export function defineSource<const Specs extends MemberSpecs>(
  source: MetricSource<Specs>,
): MetricSource {
  // Members come out of the check by these very specs, so the narrower view is true.
  return source as unknown as MetricSource;
}

/** Why there is no reading this time: a sentence for a person. */
export class ReadingError extends Error {
  override readonly name = "ReadingError";
}

/** "/proc/loadavg" as the host wants it. */
export const hostPathOf = (path: string) => path.replace(/^\/+/, "");

/** Why this is no path of a file on the device, or null. Empty is for members that may be left out. */
export function pathProblemOf(path: string): string | null {
  if (path === "") return null;
  return path.startsWith("/") && !path.split("/").includes("..")
    ? null
    : "it takes an absolute path without ..";
}
