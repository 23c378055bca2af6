/** What the rules ask of a baseline. It answers for what was learnt or approved, and nothing else. */
import type { CommandClass } from "../../core/plant.ts";

export interface Normal {
  /** SHA-256 (hex) of all that was learnt. */
  readonly hash: string;
  isAsset(address: string): boolean;
  /** MAC addresses that the address was seen with; empty where none were. */
  macsOf(address: string): readonly string[];
  /** Whether some known address has this MAC address. */
  hasMac(mac: string): boolean;
  edge(client: string, server: string, protocol: string): NormalEdge | null;
  /** The same by `Edge.key`, for what is asked of every edge. */
  edgeAt(key: string): NormalEdge | null;
  /** Whether the two talked at all, in whatever protocol. */
  hasPair(client: string, server: string): boolean;
  /** Whether the client used that port of the server, in whatever protocol. */
  hasPort(client: string, server: string, port: number): boolean;
  /** Whether anybody used that protocol of that server. */
  hasService(server: string, protocol: string): boolean;
  /** Whether it ever sent a write or control command to anybody. */
  isWriter(client: string): boolean;
  hasWeakness(subject: string, value: string): boolean;
  /** All of them. */
  edges(): Iterable<NormalEdge>;
}

export interface NormalEdge {
  readonly client: string;
  readonly server: string;
  readonly protocol: string;
  hasCommand(command: string): boolean;
  /** True too where there were more objects than are remembered. */
  hasObject(object: string): boolean;
  hasClass(commandClass: CommandClass): boolean;
  /** Share of responses that were errors. */
  readonly errorRatio: number;
  /** Writes in a rate slot: the 99th percentile of those that had some. */
  readonly writesP99: number;
  /** The most commands of all kinds in a rate slot; null where too few slots were seen to say. */
  readonly commandsMax: number | null;
  /** Null where it is not polled, or was for too short a time to say. */
  readonly poll: NormalPoll | null;
}

export interface NormalPoll {
  count: number;
  gapMeanMs: number;
  gapDeviationMs: number;
  gapMaxMs: number;
}
