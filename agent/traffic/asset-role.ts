/** What a device is for, guessed by what it does. What it says of itself may be trusted more. */
import { type AssetRecord, SERVERS_COUNTED_MAX } from "./asset-record.ts";

export interface Role {
  role: string;
  source: string;
  confidence: number;
}

/** Who answers in these protocols. Those whose peers ask each other alike (BACnet, PROFINET) tell nothing. */
const servers: Readonly<Record<string, string>> = {
  modbus: "PLC",
  s7comm: "PLC",
  cip: "PLC",
  enip: "PLC",
  dnp3: "RTU",
  iec104: "RTU",
  opcua: "OPC UA server",
  mqtt: "MQTT broker",
  hart_ip: "HART gateway",
};

const ANSWERS = 0.7;
const PROGRAMS = 0.75;
const ASKS_MANY = 0.6;
const ASKS = 0.4;
const MANY = Math.min(3, SERVERS_COUNTED_MAX);

export function rolesOf(record: AssetRecord): Role[] {
  const roles: Role[] = [];
  const { serves, asks, servers: asked, programs } = record;
  for (const protocol of serves) {
    const role = servers[protocol];
    if (role !== undefined) {
      roles.push({ role, source: `answers ${protocol}`, confidence: ANSWERS });
    }
  }
  const protocols = asks.filter((protocol) => servers[protocol] !== undefined);
  if (programs) {
    roles.push({ role: "engineering station", source: "programs others", confidence: PROGRAMS });
  }
  if (protocols.some((protocol) => protocol !== "mqtt")) {
    const confidence = asked.length >= MANY ? ASKS_MANY : ASKS;
    roles.push({ role: "HMI/SCADA", source: `asks ${protocols.join(", ")}`, confidence });
  }
  if (asks.includes("goose")) {
    roles.push({ role: "IED", source: "publishes goose", confidence: ASKS_MANY });
  }
  return roles;
}
