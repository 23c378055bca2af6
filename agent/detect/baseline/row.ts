/** What a baseline file holds: plain JSON. Times are epoch milliseconds of packets. */
import type { CommandClass, PlantAction } from "../../core/plant.ts";
import type { Histogram } from "./histogram.ts";

/** Files whose meaning changes get another number. */
export const BASELINE_VERSION = 1;

/** 300 to 900 bytes a row as JSON: 4096 interactions are those of a big plant, and 3 MiB at most. */
export const BASELINE_INTERACTIONS_MAX = 4096;
export const BASELINE_ASSETS_MAX = 4096;
export const BASELINE_WEAKNESSES_MAX = 1024;
export const COMMANDS_PER_INTERACTION_MAX = 64;
/** Beyond these any object counts as known: a gateway with a whole bus behind it. */
export const OBJECTS_PER_INTERACTION_MAX = 64;
export const MACS_PER_ASSET_MAX = 4;

export interface BaselineFile {
  version: typeof BASELINE_VERSION;
  /** Whether it still learns; frozen, only `approve` adds to what is normal. */
  phase: "learning" | "frozen";
  /** Packets or commands that make a row learnt: what came less often is not normal. */
  repeatsMin: number;
  /** Packet time that was watched while learning. */
  learntMs: number;
  firstMs: number;
  lastMs: number;
  frozenMs: number;
  /** Packets that the capture lost while learning. */
  lostCount: number;
  /** Rows that found no room. */
  droppedCount: number;
  /** Rules that found something while this was learnt, by how often: it may be in here. */
  findings: Record<string, number>;
  assets: AssetRow[];
  interactions: InteractionRow[];
  weaknesses: WeaknessRow[];
}

interface Row {
  /** Normal: seen often enough while learning, or approved by a person. */
  learnt: boolean;
  count: number;
  firstMs: number;
  lastMs: number;
}

export interface AssetRow extends Row {
  address: string;
  macs: string[];
}

export interface WeaknessRow extends Row {
  subject: string;
  value: string;
}

export interface InteractionRow extends Row {
  client: string;
  server: string;
  protocol: string;
  /** The server's; 0 where there is none. */
  port: number;
  commands: CommandRow[];
  objects: string[];
  /** More objects than are kept. */
  hasMoreObjects: boolean;
  requests: number;
  responses: number;
  errors: number;
  /** Rate slots with commands in them. */
  slots: number;
  /** Writes in rate slots that had some. */
  writes: Histogram;
  commandsMax: number;
  poll: PollRow | null;
}

export interface CommandRow extends Row {
  command: string;
  commandClass: CommandClass;
  action?: PlantAction;
}

export interface PollRow {
  count: number;
  lastMs: number;
  gapMeanMs: number;
  gapDeviationMs: number;
  gapMaxMs: number;
}

export const interactionKeyOf = (row: { client: string; server: string; protocol: string }) =>
  `${row.client} > ${row.server} ${row.protocol}`;

export const weaknessKeyOf = (subject: string, value: string) => `${subject}: ${value}`;

export const newInteraction = (
  client: string,
  server: string,
  protocol: string,
  firstMs: number,
): InteractionRow => ({
  client,
  server,
  protocol,
  port: 0,
  learnt: false,
  count: 0,
  firstMs,
  lastMs: firstMs,
  commands: [],
  objects: [],
  hasMoreObjects: false,
  requests: 0,
  responses: 0,
  errors: 0,
  slots: 0,
  writes: [],
  commandsMax: 0,
  poll: null,
});
