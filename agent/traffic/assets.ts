/**
 * One record for each device that was seen to speak. A MAC and an IP address become one device only where a
 * protocol that no router forwards says so: ARP, DHCP, and the discovery protocols of one link. Who merely
 * was asked for (a scan's targets) is no device; nor is a group of them.
 */
import type {
  CommandCount,
  ConversationCount,
  PlantEnd,
  PlantFact,
  PlantObservation,
} from "../core/plant.ts";
import {
  ADDRESSES_PER_ASSET_MAX,
  type AssetRecord,
  addFact,
  addOnce,
  addProtocol,
  heldBy,
  isDeviceObject,
  mergeInto,
  newAssetRecord,
  noteAsking,
  noteServing,
  objectOf,
  seen,
  usefulnessOf,
} from "./asset-record.ts";
import { type Asset, assetsOf, type FrameMacs } from "./asset-view.ts";
import { isGroupMac, isHost, isMac, withLocalBit } from "./hosts.ts";

/** Devices kept. Some 1.5 KB each with what a PLC says of itself. */
export const ASSETS_MAX = 4096;
/** Facts, and objects behind devices, kept of all of them together: some 200 bytes each. */
export const ASSET_FACTS_MAX = 32_768;
const GROUPS_MAX = 256;
/** Addresses counted of those that speak through one MAC address: more than two are a router's. */
export const FRAME_ADDRESSES_MAX = 3;
const MANY = "many";

export interface AssetTable {
  observe(observation: PlantObservation): void;
  /** In the order of their addresses. */
  list(): Asset[];
  /** Devices that had to make room for others. */
  readonly lostCount: number;
}

export interface AssetTableOptions {
  /** The maker by the first bytes of a MAC address; empty if unknown. */
  vendorOfMac: (mac: string) => string;
  assetsMax?: number;
  factsMax?: number;
}

export function createAssetTable(options: AssetTableOptions): AssetTable {
  const { vendorOfMac, assetsMax = ASSETS_MAX, factsMax = ASSET_FACTS_MAX } = options;
  const records = new Set<AssetRecord>();
  const byAddress = new Map<string, AssetRecord>();
  const groups = new Set<string>();
  const frames: FrameMacs = new Map();
  let lostCount = 0;
  /** Facts and objects. */
  let held = 0;

  function recordOf(address: string, firstMs: number, lastMs: number): AssetRecord {
    let record = byAddress.get(address);
    if (!record) {
      if (records.size >= assetsMax) makeRoom();
      record = newAssetRecord(firstMs);
      (isMac(address) ? record.macs : record.addresses).push(address);
      records.add(record);
      byAddress.set(address, record);
    }
    seen(record, firstMs, lastMs);
    return record;
  }

  /**
   * Drops the older half of the least useful, and a sixteenth of all at least: a flood of new addresses
   * must not rank them for each.
   */
  function makeRoom(): void {
    const ranked = [...records]
      .map((record) => ({ record, usefulness: usefulnessOf(record) }))
      .sort(
        (one, other) =>
          one.usefulness - other.usefulness || one.record.lastMs - other.record.lastMs,
      );
    const least = ranked.findIndex(({ usefulness }) => usefulness !== ranked[0]!.usefulness);
    const alike = least < 0 ? ranked.length : least;
    const count = Math.max(1, alike >> 1, assetsMax >> 4);
    for (const { record } of ranked.slice(0, count)) {
      drop(record);
      lostCount++;
    }
  }

  function drop(record: AssetRecord): void {
    if (records.delete(record)) held -= heldBy(record);
    for (const address of [...record.addresses, ...record.macs]) byAddress.delete(address);
  }

  function merge(record: AssetRecord, other: AssetRecord): void {
    drop(other);
    drop(record);
    mergeInto(record, other);
    records.add(record);
    held += heldBy(record);
    for (const address of [...record.addresses, ...record.macs]) byAddress.set(address, record);
  }

  /** Only a lease takes an address from the device that has it: else whoever claims it could. */
  function bind(address: string, mac: string, ms: number, isLease: boolean): void {
    if (!isHost(address) || !isHost(mac)) return;
    const holder = byAddress.get(address);
    const owner = recordOf(mac, ms, ms);
    if (holder === owner || owner.addresses.length >= ADDRESSES_PER_ASSET_MAX) return;
    if (holder && holder.macs.length > 0) {
      if (!isLease) return;
      holder.addresses.splice(holder.addresses.indexOf(address), 1);
    } else if (holder) {
      merge(owner, holder);
    }
    addOnce(owner.addresses, address, ADDRESSES_PER_ASSET_MAX);
    byAddress.set(address, owner);
  }

  function addConversation(conversation: ConversationCount): void {
    const { initiator, responder, packets, kind, service } = conversation;
    addEnd(conversation, initiator, packets[0]);
    addEnd(conversation, responder, packets[1]);
    // What is sent to a group of stations by a single address is sent to a network's broadcast address.
    const isGroup = responder.mac !== undefined && isGroupMac(responder.mac) && kind === "ipv4";
    if (isGroup && packets[1] === 0) addGroup(responder.address);
    if (service === "ethercat") joinEtherCat(initiator.address);
  }

  /**
   * Unless it ever spoke: then it is a device, whatever others send to it. An address ending in 255 that
   * speaks is one that a reflector or a misled router put there.
   */
  function addGroup(address: string): void {
    const record = byAddress.get(address);
    const hasSpoken = record !== undefined && record.packets > 0 && !address.endsWith(".255");
    if (hasSpoken || groups.size >= GROUPS_MAX) return;
    if (record) drop(record);
    groups.add(address);
  }

  function addEnd(conversation: ConversationCount, end: PlantEnd, packets: number): void {
    const { kind, firstMs, lastMs, service } = conversation;
    const { address, mac } = end;
    if (packets === 0 || !isHost(address)) return;
    if (groups.has(address)) {
      if (address.endsWith(".255")) return;
      groups.delete(address);
    }
    const record = recordOf(address, firstMs, lastMs);
    record.packets += packets;
    addProtocol(record, service);
    if (kind === "link" || kind === "arp" || mac === undefined || isGroupMac(mac)) return;
    if (record.frameMac === "") record.frameMac = mac;
    else if (record.frameMac !== mac) record.frameMac = MANY;
    const through = frames.get(mac);
    if (through) addOnce(through, address, FRAME_ADDRESSES_MAX);
    else if (frames.size < assetsMax) frames.set(mac, [address]);
  }

  function joinEtherCat(mac: string): void {
    const sent = byAddress.get(withLocalBit(mac, false));
    const returned = byAddress.get(withLocalBit(mac, true));
    if (sent && returned && sent !== returned) merge(sent, returned);
  }

  function add(fact: PlantFact): void {
    const { subject, name, value, source, confidence, atMs } = fact;
    const { address, mac, object } = subject;
    const key = address ?? mac;
    if (key === undefined || !isHost(key) || groups.has(key)) return;
    if (name === "mac" && isMac(value) && isHost(value)) {
      if (address !== undefined) bind(address, value, atMs, source.startsWith("dhcp"));
      else merged(key, value, atMs);
    }
    if (name === "address" && mac !== undefined) bind(value, mac, atMs, false);
    const record = recordOf(key, atMs, atMs);
    const before = heldBy(record);
    const holder = object === undefined ? record : objectOf(record, object, atMs);
    if (!holder) return;
    seen(holder, atMs, atMs);
    addFact(holder.facts, { name, value, source, confidence, firstMs: atMs, lastMs: atMs });
    grown(heldBy(record) - before);
  }

  function grown(by: number): void {
    held += by;
    while (held > factsMax && records.size > 0) makeRoom();
  }

  /** A switch says with each port's own address which chassis it belongs to. */
  function merged(mac: string, chassis: string, ms: number): void {
    const owner = recordOf(chassis, ms, ms);
    const port = recordOf(mac, ms, ms);
    if (owner !== port && owner.macs.length < ADDRESSES_PER_ASSET_MAX) merge(owner, port);
  }

  function addCommand(command: CommandCount): void {
    const { client, server, protocol, object, firstMs, lastMs } = command;
    if (command.requestCount > 0 && isHost(client) && !groups.has(client)) {
      const asker = recordOf(client, firstMs, lastMs);
      addProtocol(asker, protocol);
      noteAsking(asker, command);
    }
    if (command.responseCount + command.errorCount === 0 || !isHost(server)) return;
    const answerer = recordOf(server, firstMs, lastMs);
    addProtocol(answerer, protocol);
    noteServing(answerer, command);
    // A gateway answers with an error for units that are not there.
    if (command.responseCount === 0 || !isDeviceObject(object)) return;
    const before = heldBy(answerer);
    const device = objectOf(answerer, object, firstMs);
    if (!device) return;
    seen(device, firstMs, lastMs);
    addProtocol(device, protocol);
    grown(heldBy(answerer) - before);
  }

  return {
    observe({ conversations, facts, commands }) {
      for (const conversation of conversations) addConversation(conversation);
      for (const fact of facts) add(fact);
      for (const command of commands) addCommand(command);
    },
    list: () => assetsOf([...records], frames, vendorOfMac),
    get lostCount() {
      return lostCount;
    },
  };
}
