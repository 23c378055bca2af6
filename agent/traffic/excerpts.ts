/** The core's excerpts as facts. */
import type { PlantEnd, PlantFact } from "../core/plant.ts";
import { abi } from "./abi.ts";
import { addressText, macText } from "./address-text.ts";
import type { FactSource } from "./facts/fact-source.ts";
import { factSources } from "./facts/index.ts";
import { createSzlJoiner } from "./facts/szl-parts.ts";
import { msOf } from "./plant-rows.ts";

const sources: Readonly<Record<number, FactSource>> = {
  [abi.EXCERPT_ARP]: factSources.arp,
  [abi.EXCERPT_BACNET]: factSources.bacnet,
  [abi.EXCERPT_CDP]: factSources.cdp,
  [abi.EXCERPT_CIP_IDENTITY]: factSources.cipIdentity,
  [abi.EXCERPT_DCP]: factSources.dcp,
  [abi.EXCERPT_DHCP]: factSources.dhcp,
  [abi.EXCERPT_DNP3]: factSources.dnp3,
  [abi.EXCERPT_DNS]: factSources.dns,
  [abi.EXCERPT_ENIP]: factSources.enip,
  [abi.EXCERPT_HART_IP]: factSources.hartIp,
  [abi.EXCERPT_HTTP]: factSources.http,
  [abi.EXCERPT_LLDP]: factSources.lldp,
  [abi.EXCERPT_LLMNR]: factSources.llmnr,
  [abi.EXCERPT_MDNS]: factSources.mdns,
  [abi.EXCERPT_MODBUS]: factSources.modbus,
  [abi.EXCERPT_MQTT]: factSources.mqtt,
  [abi.EXCERPT_NBNS]: factSources.nbns,
  [abi.EXCERPT_OPCUA]: factSources.opcua,
  [abi.EXCERPT_S7COMM]: factSources.s7comm,
  [abi.EXCERPT_SNMP]: factSources.snmp,
  [abi.EXCERPT_SSDP]: factSources.ssdp,
  [abi.EXCERPT_SSH]: factSources.ssh,
  [abi.EXCERPT_TLS]: factSources.tls,
};

const NO_MAC = "00:00:00:00:00:00";

export interface ExcerptReader {
  /** @param at where the excerpt's header begins; its bytes are read at once and not kept */
  factsOf(view: DataView, at: number): PlantFact[];
}

export function createExcerptReader(): ExcerptReader {
  const joinSzl = createSzlJoiner();
  return {
    factsOf(view, at) {
      const kind = view.getUint8(at + abi.EXCERPT_KIND);
      const source = endOf(view, at, abi.EXCERPT_SRC, abi.EXCERPT_SRC_PORT, abi.EXCERPT_SRC_MAC);
      const destination = endOf(
        view,
        at,
        abi.EXCERPT_DST,
        abi.EXCERPT_DST_PORT,
        abi.EXCERPT_DST_MAC,
      );
      const from = view.byteOffset + at + abi.EXCERPT_HEADER_BYTES;
      const length = view.getUint16(at + abi.EXCERPT_BYTES, true);
      let bytes = new Uint8Array(view.buffer, from, length);
      if (kind === abi.EXCERPT_S7COMM) {
        const ends = `${source.address} ${source.port} ${destination.address} ${destination.port}`;
        bytes = joinSzl(ends, bytes) as Uint8Array<ArrayBuffer>;
      }
      return (
        sources[kind]?.parse(bytes, {
          source,
          destination,
          atMs: msOf(view, at + abi.EXCERPT_TS),
        }) ?? []
      );
    },
  };
}

function endOf(view: DataView, at: number, address: number, port: number, mac: number): PlantEnd {
  const isLink = view.getUint8(at + abi.EXCERPT_CONVERSATION) === abi.CONVERSATION_LINK;
  const ethernet = macText(view, at + mac);
  return {
    address: isLink ? macText(view, at + address) : addressText(view, at + address),
    port: view.getUint16(at + port, true),
    ...(ethernet !== NO_MAC && { mac: ethernet }),
  };
}
