/** Every source of facts, one line each. */
import { arp } from "./arp.ts";
import { bacnet } from "./bacnet.ts";
import { http, ssdp, ssh } from "./banners.ts";
import { cdp } from "./cdp.ts";
import { dcp } from "./dcp.ts";
import { dhcp } from "./dhcp.ts";
import { dnp3 } from "./dnp3.ts";
import { dns, llmnr, mdns, nbns } from "./dns.ts";
import { cipIdentity, enip } from "./enip.ts";
import type { FactSource } from "./fact-source.ts";
import { hartIp } from "./hart-ip.ts";
import { lldp } from "./lldp.ts";
import { modbus } from "./modbus.ts";
import { mqtt } from "./mqtt.ts";
import { opcua } from "./opcua.ts";
import { s7comm } from "./s7comm.ts";
import { snmp } from "./snmp.ts";
import { tls } from "./tls.ts";

export const factSources = {
  arp,
  bacnet,
  cdp,
  cipIdentity,
  dcp,
  dhcp,
  dnp3,
  dns,
  enip,
  hartIp,
  http,
  lldp,
  llmnr,
  mdns,
  modbus,
  mqtt,
  nbns,
  opcua,
  s7comm,
  snmp,
  ssdp,
  ssh,
  tls,
} as const satisfies Record<string, FactSource>;

export type FactSourceName = keyof typeof factSources;
