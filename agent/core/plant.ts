/**
 * What passive watching of a plant network brings to light, as plain data: what decoding says, what the
 * asset list, the baseline, the rules and the page take. Addresses are text: IPv4, IPv6 (RFC 5952), or a
 * MAC address for protocols without IP. Times are epoch milliseconds of the packets, not of the watcher.
 */

/** What a command does to the device that executes it. */
export const commandClasses = ["read", "write", "control", "other"] as const;
export type CommandClass = (typeof commandClasses)[number];

/** What a rule can ask of any protocol's command. */
export const plantActions = [
  "start",
  "stop",
  "mode_change",
  "restart",
  "program_download",
  "program_upload",
  "firmware_update",
  "time_set",
  "address_set",
  "factory_reset",
  "communication_control",
  "file_write",
  "identify",
] as const;
export type PlantAction = (typeof plantActions)[number];

/** How one kind of command between two ends grew since the last observation. */
export interface CommandCount {
  client: string;
  server: string;
  /** As in `watch --json`: "modbus", "s7comm", "cip", "dnp3" … */
  protocol: string;
  /** What is addressed behind the server ("unit 3", "address 10"); empty where nothing is. */
  object: string;
  /** "write multiple registers"; with its code where it has no name ("function 0x41"). */
  command: string;
  commandClass: CommandClass;
  action?: PlantAction;
  requestCount: number;
  responseCount: number;
  /** Responses with an error, and its name ("illegal data address"); empty without one. */
  errorCount: number;
  error: string;
  firstMs: number;
  lastMs: number;
}

export interface PlantEnd {
  address: string;
  /** 0 where there is none. */
  port: number;
  /** The frame's; behind a router it is the router's. Absent without Ethernet. */
  mac?: string;
}

/** How one conversation grew since the last observation. Counts of two are [from the initiator, to it]. */
export interface ConversationCount {
  kind: "link" | "arp" | "ipv4" | "ipv6";
  /** IP protocol number; EtherType of kind "link" where one is known, else 0. */
  protocol: number;
  /** The OT or IT protocol found by content ("modbus"), else empty. */
  service: string;
  initiator: PlantEnd;
  responder: PlantEnd;
  /** Absent as long as nothing says which end is the client. */
  client?: "initiator" | "responder";
  packets: readonly [number, number];
  bytes: readonly [number, number];
  payloadBytes: readonly [number, number];
  synCount: number;
  finCount: number;
  rstCount: number;
  firstMs: number;
  lastMs: number;
}

/** What a device says of itself, or what its traffic says of it. One value, and how it is known. */
export interface PlantFact {
  subject: PlantSubject;
  /** One of plantFactNames. */
  name: PlantFactName;
  value: string;
  /** Where it was read: "modbus device identification", "lldp", "oui" … */
  source: string;
  /** 0 to 1: a device's own identity object > discovery protocols > OUI > guesses by port. */
  confidence: number;
  atMs: number;
  /** The other end's address, where the fact is one between two: who sent a password to the subject. */
  peer?: string;
}

/** Values of the fact "weakness": of the subject, a server, and of who (`peer`) was seen using it. */
export const plantWeaknesses = [
  "clear_text_password",
  "clear_text_community",
  // "public" and its like.
  "default_credentials",
  "anonymous_session",
  // OPC UA with policy None, and what else could be signed or encrypted and is not.
  "no_encryption",
  // A PLC that says of itself that nothing keeps others from writing to it.
  "no_write_protection",
] as const;
export type PlantWeakness = (typeof plantWeaknesses)[number];

/** At least one of address and mac. `object` is a device behind it: a Modbus unit, a DNP3 address. */
export interface PlantSubject {
  address?: string;
  mac?: string;
  object?: string;
}

export const plantFactNames = [
  // Which MAC address an IPv4 or IPv6 address has: from ARP and DHCP only, never across a router.
  "mac",
  "address",
  "vendor",
  "product",
  "model",
  "order_number",
  "firmware",
  "hardware",
  "serial",
  "name",
  "description",
  "location",
  "role",
  "os",
  "operating_mode",
  // Not of the device but of its manners: clear-text password, anonymous session, no encryption.
  "weakness",
] as const;
export type PlantFactName = (typeof plantFactNames)[number];

/** Everything that came to light in one stretch of packet time. */
export interface PlantObservation {
  fromMs: number;
  untilMs: number;
  commands: readonly CommandCount[];
  conversations: readonly ConversationCount[];
  facts: readonly PlantFact[];
  /** Packets that the capture or a full table lost meanwhile: what was counted is a lower bound. */
  lostCount: number;
}
