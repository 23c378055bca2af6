/** Assets as people and other programs read them, from what is kept of each. */
import type { PlantFactName } from "../core/plant.ts";
import type { AssetFact, AssetRecord, ObjectRecord } from "./asset-record.ts";
import { rolesOf } from "./asset-role.ts";
import { isLocalMac, isMac } from "./hosts.ts";

/** What an asset is called in one word each; empty where nothing says it. */
export interface AssetValues {
  role: string;
  name: string;
  vendor: string;
  product: string;
  model: string;
  orderNumber: string;
  firmware: string;
  hardware: string;
  serial: string;
  location: string;
  os: string;
  operatingMode: string;
}

export interface Asset extends AssetValues {
  /** As commands and conversations name it: its first address, with its object behind another device. */
  id: string;
  addresses: string[];
  macs: string[];
  /** The MAC address is only what the frames had: a router's, if one is between. */
  isMacGuessed: boolean;
  /** The MAC address is not its maker's: a virtual machine's, or one made up by chance. */
  isLocalMac: boolean;
  /** The asset that it is reached through; empty for most. */
  behind: string;
  /** Its unit, outstation or common address; several of a device that stands for all of them. */
  objects: string[];
  protocols: string[];
  weaknesses: string[];
  facts: AssetFact[];
  firstMs: number;
  lastMs: number;
}

/** Addresses that were seen to send through a MAC address, few of each. */
export type FrameMacs = Map<string, string[]>;

const OUI_CONFIDENCE = 0.4;
const GUESS_CONFIDENCE = 0.3;
/** A little more than what the answers themselves make of it. */
const GATEWAY_CONFIDENCE = 0.72;
const ROUTED_ADDRESSES_MIN = 3;

const valueNames: readonly (readonly [keyof AssetValues, PlantFactName])[] = [
  ["role", "role"],
  ["name", "name"],
  ["vendor", "vendor"],
  ["product", "product"],
  ["model", "model"],
  ["orderNumber", "order_number"],
  ["firmware", "firmware"],
  ["hardware", "hardware"],
  ["serial", "serial"],
  ["location", "location"],
  ["os", "os"],
  ["operatingMode", "operating_mode"],
];

export function assetsOf(
  records: readonly AssetRecord[],
  frames: FrameMacs,
  vendorOfMac: (mac: string) => string,
): Asset[] {
  const alone = new Set(
    records.flatMap(({ macs, addresses, frameMac }) =>
      macs.length === 0 && addresses.length === 1 ? [frameMac] : [],
    ),
  );
  const isCarrier = (record: AssetRecord) => carries(record, frames) && alone.has(record.macs[0]!);
  const devices = records.filter((record) => !isCarrier(record));
  const known = new Set(devices.flatMap(({ macs }) => macs));
  const context = { frames, known, vendorOfMac };
  return devices
    .flatMap((record) => assetsOfRecord(record, context))
    .map((asset) => ({ asset, order: orderOf(asset.id) }))
    .sort((one, other) => compareTexts(one.order, other.order))
    .map(({ asset }) => asset);
}

/**
 * The core counts each frame for its two MAC addresses as well. One that was seen only to carry what a
 * single IP address says is told with that: as a guess, since a router may be between.
 */
function carries({ macs, addresses, facts, protocols }: AssetRecord, frames: FrameMacs): boolean {
  const isBare = addresses.length + facts.length + protocols.length === 0;
  return isBare && macs.length === 1 && frames.get(macs[0]!)?.length === 1;
}

interface Context {
  frames: FrameMacs;
  /** MAC addresses that are some record's own. */
  known: ReadonlySet<string>;
  vendorOfMac: (mac: string) => string;
}

function assetsOfRecord(record: AssetRecord, context: Context): Asset[] {
  const [own, behind] = partedObjects(record.objects);
  const facts = [...record.facts, ...own.flatMap((object) => object.facts)];
  facts.push(...derivedFacts(record, behind, context));
  const macs = record.macs.length > 0 ? record.macs : facts.flatMap(guessedMac);
  const device = assetOf({
    id: record.addresses[0] ?? record.macs[0]!,
    addresses: record.addresses,
    macs,
    isMacGuessed: record.macs.length === 0 && macs.length > 0,
    behind: "",
    objects: own.map(({ object }) => object),
    protocols: record.protocols,
    facts,
    firstMs: record.firstMs,
    lastMs: record.lastMs,
  });
  const objects = behind.map(({ object, ...rest }) =>
    assetOf({
      ...rest,
      id: `${device.id} ${object}`,
      addresses: [],
      macs: [],
      isMacGuessed: false,
      behind: device.id,
      objects: [object],
    }),
  );
  return [device, ...objects];
}

/**
 * An only unit or outstation is the device itself, as are the units 0 and 255 (MODBUS Messaging on TCP/IP
 * V1.0b, section 4.4.2.1). A gateway has several behind it, a BACnet router even one.
 */
function partedObjects(objects: readonly ObjectRecord[]): [ObjectRecord[], ObjectRecord[]] {
  const isItself = ({ object }: ObjectRecord) => object === "unit 0" || object === "unit 255";
  const isRouted = ({ object }: ObjectRecord) => object.startsWith("network ");
  const others = objects.filter((object) => !isItself(object) && !isRouted(object));
  const isOne = (object: ObjectRecord) =>
    others.filter((other) => kindOf(other) === kindOf(object)).length === 1;
  const own = objects.filter((object) => isItself(object) || (!isRouted(object) && isOne(object)));
  return [own, objects.filter((object) => !own.includes(object))];
}

const kindOf = ({ object }: ObjectRecord) => object.slice(0, object.lastIndexOf(" "));

function derivedFacts(
  record: AssetRecord,
  behind: readonly ObjectRecord[],
  context: Context,
): AssetFact[] {
  const { frames, known, vendorOfMac } = context;
  const { firstMs, lastMs, macs, frameMac } = record;
  const facts: AssetFact[] = [];
  const add = (name: PlantFactName, value: string, source: string, confidence: number) => {
    if (value !== "") facts.push({ name, value, source, confidence, firstMs, lastMs });
  };
  for (const { role, source, confidence } of rolesOf(record)) add("role", role, source, confidence);
  if (behind.length > 0) add("role", "gateway", "answers for others", GATEWAY_CONFIDENCE);
  for (const mac of macs) {
    if (!isLocalMac(mac)) add("vendor", vendorOfMac(mac), "oui", OUI_CONFIDENCE);
    if ((frames.get(mac)?.length ?? 0) >= Math.max(ROUTED_ADDRESSES_MIN, record.addresses.length)) {
      add("role", "router", "sends for other addresses", GUESS_CONFIDENCE);
    }
  }
  // A MAC address through which a single address speaks is most likely its own: told, never relied on.
  const isAlone = frames.get(frameMac)?.length === 1 && !known.has(frameMac);
  if (macs.length === 0 && isAlone) {
    add("mac", frameMac, "frames", GUESS_CONFIDENCE);
    if (!isLocalMac(frameMac)) add("vendor", vendorOfMac(frameMac), "oui", GUESS_CONFIDENCE);
  }
  return facts;
}

const guessedMac = ({ name, source, value }: AssetFact) =>
  name === "mac" && source === "frames" ? [value] : [];

function assetOf(parts: Omit<Asset, keyof AssetValues | "weaknesses" | "isLocalMac">): Asset {
  const best = bestFacts(parts.facts);
  const values = Object.fromEntries(
    valueNames.map(([key, name]) => [key, best.get(name)?.value ?? ""]),
  ) as unknown as AssetValues;
  const weaknesses = parts.facts.flatMap(({ name, value }) => (name === "weakness" ? [value] : []));
  return {
    ...parts,
    ...values,
    isLocalMac: parts.macs.length > 0 && parts.macs.every(isLocalMac),
    weaknesses: [...new Set(weaknesses)].sort(),
    facts: parts.facts.toSorted(compareFacts),
  };
}

/** The most trusted; of equals the latest, since firmware and modes change. */
function bestFacts(facts: readonly AssetFact[]): Map<PlantFactName, AssetFact> {
  const best = new Map<PlantFactName, AssetFact>();
  for (const fact of facts) {
    const other = best.get(fact.name);
    if (!other || compareFacts(fact, other) < 0) best.set(fact.name, fact);
  }
  return best;
}

function compareFacts(one: AssetFact, other: AssetFact): number {
  return (
    compareTexts(one.name, other.name) ||
    other.confidence - one.confidence ||
    other.lastMs - one.lastMs ||
    compareTexts(one.value, other.value)
  );
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Ids in this order: IPv4 by its numbers, then IPv6 and MAC addresses as text. */
function orderOf(id: string): string {
  const address = id.split(" ")[0]!;
  const digits = (text: string) => text.replace(/\d+/g, (number) => number.padStart(10, "0"));
  if (isMac(address)) return `3 ${id}`;
  return address.includes(":") ? `2 ${id}` : `1 ${digits(id)}`;
}
