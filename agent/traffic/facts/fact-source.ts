/**
 * What a source of facts is: it reads one message that the core kept because it says something of a device.
 * The message begins with its own first byte: of TCP the PDU with its length header (MBAP, TPKT, ENIP
 * encapsulation), of UDP the datagram's payload, of a link protocol what follows EtherType or SNAP header.
 * It may be cut short anywhere, and whoever sent it may lie: a source takes what it can and never throws.
 */
import type {
  PlantEnd,
  PlantFact,
  PlantFactName,
  PlantSubject,
  PlantWeakness,
} from "../../core/plant.ts";
import { isMac } from "../hosts.ts";
import { cleanText } from "./text.ts";

/** Facts taken from one message at most. */
export const FACTS_PER_MESSAGE_MAX = 64;

/** How far a fact is trusted, by who says it. */
export const confidences = {
  /** The device's own identity object, asked for with its own protocol. */
  identity: 0.95,
  /** What it announces of itself by a discovery protocol. */
  discovery: 0.85,
  /** Banners, DHCP options, names: often set by hand, or those of a library. */
  banner: 0.6,
  /** Told by others, or drawn from something else. */
  hint: 0.3,
} as const;

export interface FactContext {
  source: PlantEnd;
  destination: PlantEnd;
  atMs: number;
}

export interface FactSource {
  /** As facts name it: "modbus device identification". */
  name: string;
  parse(bytes: Uint8Array, context: FactContext): PlantFact[];
}

/** Gathers the facts of one message under its source's name. */
export interface FactSheet {
  readonly facts: PlantFact[];
  /** What is left empty by cleaning is no fact. */
  add(subject: PlantSubject, name: PlantFactName, value: string, confidence: number): void;
  weakness(server: PlantEnd, value: PlantWeakness, client: PlantEnd): void;
}

export function createFactSheet(source: string, atMs: number): FactSheet {
  const facts: PlantFact[] = [];
  function put(fact: Omit<PlantFact, "source" | "atMs">): void {
    const value = cleanText(fact.value);
    if (value === "" || facts.length >= FACTS_PER_MESSAGE_MAX) return;
    facts.push({ ...fact, value, source, atMs });
  }
  return {
    facts,
    add: (subject, name, value, confidence) => put({ subject, name, value, confidence }),
    weakness: (server, value, client) =>
      put({
        subject: subjectOf(server),
        name: "weakness",
        value,
        confidence: confidences.identity,
        peer: client.address,
      }),
  };
}

/** The device at an end. Its MAC address is left out beside an IP address: it may be a router's. */
export function subjectOf({ address }: PlantEnd, object?: string): PlantSubject {
  const behind = object === undefined ? {} : { object };
  return isMac(address) ? { mac: address, ...behind } : { address, ...behind };
}
