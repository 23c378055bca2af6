/** What is kept of one device. Lists stay short, so plain arrays hold them: thousands of records are the rule. */
import type { CommandCount, PlantFact } from "../core/plant.ts";

/** More facts than a device has to say; beyond, the least trusted and oldest goes. */
export const FACTS_PER_ASSET_MAX = 48;
/** Units, outstations, common addresses behind one device. */
export const OBJECTS_PER_ASSET_MAX = 64;
/** A router that answers ARP for others must not become all of them. */
export const ADDRESSES_PER_ASSET_MAX = 16;
const PROTOCOLS_PER_ASSET_MAX = 16;
/** Enough to tell who asks many. */
export const SERVERS_COUNTED_MAX = 8;

/** A fact as it stands in an asset: said again, only its time grows. */
export interface AssetFact extends Pick<PlantFact, "name" | "value" | "source" | "confidence"> {
  firstMs: number;
  lastMs: number;
}

export interface ObjectRecord {
  object: string;
  protocols: string[];
  facts: AssetFact[];
  firstMs: number;
  lastMs: number;
}

export interface AssetRecord extends Omit<ObjectRecord, "object"> {
  addresses: string[];
  macs: string[];
  /** Of its frames, where nothing says whose it is: empty unknown, "many" more than one. */
  frameMac: string;
  objects: ObjectRecord[];
  /** OT protocols whose commands it answered, and that it asked others by. */
  serves: string[];
  asks: string[];
  servers: string[];
  programs: boolean;
  packets: number;
}

export function newAssetRecord(firstMs: number): AssetRecord {
  return {
    addresses: [],
    macs: [],
    frameMac: "",
    protocols: [],
    facts: [],
    objects: [],
    serves: [],
    asks: [],
    servers: [],
    programs: false,
    packets: 0,
    firstMs,
    lastMs: firstMs,
  };
}

/** Facts and objects in it. */
export function heldBy({ facts, objects }: AssetRecord): number {
  return objects.reduce((sum, object) => sum + 1 + object.facts.length, facts.length);
}

export function seen(record: { firstMs: number; lastMs: number }, firstMs: number, lastMs: number) {
  if (firstMs < record.firstMs) record.firstMs = firstMs;
  if (lastMs > record.lastMs) record.lastMs = lastMs;
}

export function addOnce<Value>(list: Value[], value: Value, max: number): void {
  if (!list.includes(value) && list.length < max) list.push(value);
}

export function addProtocol(record: ObjectRecord | AssetRecord, protocol: string): void {
  if (protocol !== "") addOnce(record.protocols, protocol, PROTOCOLS_PER_ASSET_MAX);
}

export function addFact(facts: AssetFact[], fact: AssetFact): void {
  const known = facts.find(
    ({ name, value, source }) =>
      name === fact.name && value === fact.value && source === fact.source,
  );
  if (known) {
    seen(known, fact.firstMs, fact.lastMs);
    return;
  }
  facts.push(fact);
  if (facts.length <= FACTS_PER_ASSET_MAX) return;
  const least = facts.reduce((one, other) => (isLess(other, one) ? other : one));
  facts.splice(facts.indexOf(least), 1);
}

function isLess(one: AssetFact, other: AssetFact): boolean {
  if (one.confidence !== other.confidence) return one.confidence < other.confidence;
  return one.lastMs < other.lastMs;
}

/** @returns undefined when there is no room for a further object */
export function objectOf(
  record: AssetRecord,
  object: string,
  firstMs: number,
): ObjectRecord | undefined {
  const known = record.objects.find((one) => one.object === object);
  if (known || record.objects.length >= OBJECTS_PER_ASSET_MAX) return known;
  const fresh = { object, protocols: [], facts: [], firstMs, lastMs: firstMs };
  record.objects.push(fresh);
  return fresh;
}

/** Two records turn out to be one device. */
export function mergeInto(record: AssetRecord, other: AssetRecord): void {
  seen(record, other.firstMs, other.lastMs);
  for (const mac of other.macs) addOnce(record.macs, mac, ADDRESSES_PER_ASSET_MAX);
  for (const address of other.addresses) {
    addOnce(record.addresses, address, ADDRESSES_PER_ASSET_MAX);
  }
  if (record.frameMac === "") record.frameMac = other.frameMac;
  for (const protocol of other.protocols) addProtocol(record, protocol);
  for (const fact of other.facts) addFact(record.facts, fact);
  for (const one of other.objects) {
    const object = objectOf(record, one.object, one.firstMs);
    if (!object) continue;
    seen(object, one.firstMs, one.lastMs);
    for (const protocol of one.protocols) addProtocol(object, protocol);
    for (const fact of one.facts) addFact(object.facts, fact);
  }
  for (const protocol of other.serves) addOnce(record.serves, protocol, PROTOCOLS_PER_ASSET_MAX);
  for (const protocol of other.asks) addOnce(record.asks, protocol, PROTOCOLS_PER_ASSET_MAX);
  for (const server of other.servers) addOnce(record.servers, server, SERVERS_COUNTED_MAX);
  record.programs ||= other.programs;
  record.packets += other.packets;
}

/** What a device behind another is called by the commands to it; other objects are parts of the device. */
const deviceObject = /^(unit|address|common address|device|network) /;

export function isDeviceObject(object: string): boolean {
  return deviceObject.test(object);
}

const programming = new Set(["program_download", "program_upload", "firmware_update"]);

export function noteAsking(record: AssetRecord, command: CommandCount): void {
  addOnce(record.asks, command.protocol, PROTOCOLS_PER_ASSET_MAX);
  addOnce(record.servers, command.server, SERVERS_COUNTED_MAX);
  if (command.action !== undefined && programming.has(command.action)) record.programs = true;
}

export function noteServing(record: AssetRecord, command: CommandCount): void {
  if (command.responseCount > 0) addOnce(record.serves, command.protocol, PROTOCOLS_PER_ASSET_MAX);
}

/** What an operator would miss most goes last: who says what it is, then who talks OT, then who talks much. */
export function usefulnessOf({ facts, serves, asks, packets }: AssetRecord): number {
  const says = facts.some(({ name }) => name !== "mac" && name !== "address") ? 4 : 0;
  return says + (serves.length > 0 ? 4 : 0) + (asks.length > 0 ? 2 : 0) + (packets > 8 ? 1 : 0);
}
