/**
 * What a rule is: a small state machine that reads what came to light in one stretch of packet time and
 * names matters that a person should know of. Whether a matter is new, lasts or is over is not its
 * business; neither are files, clocks and the network.
 */
import type { Severity } from "../../core/finding.ts";
import type { PlantObservation } from "../../core/plant.ts";
import type { Normal } from "../baseline/normal.ts";
import type { Attempt } from "../plant/attempts.ts";
import type { Edge } from "../plant/edge.ts";
import type { Sender } from "../plant/senders.ts";

/** One stretch, as every rule reads it. */
export interface Step {
  observation: PlantObservation;
  /** The newest packet's time so far: it never goes back, whatever a capture's order is. */
  nowMs: number;
  edges: readonly Edge[];
  attempts: readonly Attempt[];
  /** What is normal here; null as long as nothing was learnt, or it is being learnt. */
  normal: Normal | null;
  /** Devices of this site that sent and are not normal; none while nothing is. */
  strangers: ReadonlyMap<string, Sender>;
  /** Addresses that answered commands of field protocols: controllers, RTUs, drives. */
  devices: ReadonlySet<string>;
}

/** A matter as it shows in one stretch. */
export interface Sighting {
  /** What it is about: with the rule's name it tells one matter from another. */
  subject: string;
  /** Whose doing it is, and to whom: more than MATTERS_PER_GROUP_MAX matters of one are told as one. */
  groups: readonly string[];
  /** A sentence that an operator can check, with the numbers in it. */
  why: string;
  /** Those numbers by name, with the unit in the name. */
  numbers: Readonly<Record<string, number>>;
  /** Where it is another than the rule's. */
  severity?: Severity;
  techniques?: readonly string[];
  /** When it began, where that was before this stretch. Epoch milliseconds. */
  sinceMs?: number;
}

/** Reads the next stretch. What it remembers is bounded. */
export type Judge = (step: Step) => Sighting[];

export interface Rule {
  /** As in Finding.source: "port_scan". */
  name: string;
  /** What it finds, for the table in the README. */
  summary: string;
  severity: Severity;
  /** Techniques of ATT&CK for ICS, the likeliest first. */
  techniques: readonly string[];
  /** Whether it says nothing without a baseline. */
  needsNormal: boolean;
  /** Packet time without a sighting after which the matter is over. */
  quietMs?: number;
  begin(): Judge;
}

/** Identity at run time; at compile time it holds a rule to its shape. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
