/** What the plant page and `/api/plant` show of the watched network: values, bounded, ready to read. */
import type { CommandClass, PlantFactName } from "./plant.ts";

export interface PlantStatus {
  wallMs: number;
  /** Where packets come from: "eth1", "capture.pcap". */
  source: string;
  packets: number;
  /** Packets that were not looked at: lost by the kernel, or left out to spare the gateway. */
  lostCount: number;
  /** Until when what is seen counts as normal; null when that is decided, or was never asked for. */
  learningUntilMs: number | null;
  assets: readonly AssetStatus[];
  interactions: readonly InteractionStatus[];
  /** Beyond the bounds of the tables. */
  assetsLost: number;
  interactionsLost: number;
}

export interface AssetStatus {
  /** What interactions call it: an address, with its object where it is behind another device. */
  id: string;
  addresses: readonly string[];
  mac: string;
  /** "PLC", "HMI", "engineering station" …; empty when nothing says so. */
  role: string;
  /** The best name for a person: its own name, else its address. */
  name: string;
  vendor: string;
  product: string;
  firmware: string;
  protocols: readonly string[];
  facts: readonly AssetFactStatus[];
  firstMs: number;
  lastMs: number;
  /** Not in the baseline. */
  isNew: boolean;
}

export interface AssetFactStatus {
  name: PlantFactName;
  value: string;
  source: string;
  /** 0 to 1. */
  confidence: number;
}

/** Who talks to whom over which protocol, and what is said. */
export interface InteractionStatus {
  /** Ids of assets. */
  client: string;
  server: string;
  protocol: string;
  packets: number;
  bytes: number;
  commands: readonly InteractionCommandStatus[];
  firstMs: number;
  lastMs: number;
  /** It, or one of its commands, is not in the baseline. */
  isNew: boolean;
}

export interface InteractionCommandStatus {
  command: string;
  object: string;
  commandClass: CommandClass;
  count: number;
  errorCount: number;
  lastMs: number;
  isNew: boolean;
}
