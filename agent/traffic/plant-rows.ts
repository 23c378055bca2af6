/** The core's records of conversations as agent/core/plant.ts has them. */
import type { CommandCount, ConversationCount, PlantEnd } from "../core/plant.ts";
import { abi } from "./abi.ts";
import { addressText, macText } from "./address-text.ts";
import { commandOf } from "./conversations.ts";
import { protocolOf, protocolOfKind } from "./protocols/index.ts";

const NO_MAC = "00:00:00:00:00:00";

/** @param number CONVERSATION_LINK, _ARP, _IPV4 or _IPV6 */
function kindOf(number: number): ConversationCount["kind"] {
  if (number === abi.CONVERSATION_IPV4) return "ipv4";
  if (number === abi.CONVERSATION_LINK) return "link";
  return number === abi.CONVERSATION_ARP ? "arp" : "ipv6";
}

export function conversationCountOf(view: DataView, at: number): ConversationCount {
  const kind = kindOf(view.getUint8(at + abi.CONVERSATION_KIND));
  const marks = view.getUint8(at + abi.CONVERSATION_MARKS);
  const both = (field: number): [number, number] => [
    view.getUint32(at + field, true),
    view.getUint32(at + field + 4, true),
  ];
  const count: ConversationCount = {
    kind,
    protocol: view.getUint8(at + abi.CONVERSATION_PROTOCOL),
    service: protocolOf(view.getUint8(at + abi.CONVERSATION_OT))?.name ?? "",
    initiator: endOf(
      view,
      kind,
      at + abi.CONVERSATION_INITIATOR,
      at + abi.CONVERSATION_INITIATOR_PORT,
      at + abi.CONVERSATION_INITIATOR_MAC,
    ),
    responder: endOf(
      view,
      kind,
      at + abi.CONVERSATION_RESPONDER,
      at + abi.CONVERSATION_RESPONDER_PORT,
      at + abi.CONVERSATION_RESPONDER_MAC,
    ),
    packets: both(abi.CONVERSATION_PACKETS),
    bytes: both(abi.CONVERSATION_BYTES),
    payloadBytes: both(abi.CONVERSATION_PAYLOAD),
    synCount: view.getUint32(at + abi.CONVERSATION_SYN, true),
    finCount: view.getUint32(at + abi.CONVERSATION_FIN, true),
    rstCount: view.getUint32(at + abi.CONVERSATION_RST, true),
    firstMs: msOf(view, at + abi.CONVERSATION_FIRST),
    lastMs: msOf(view, at + abi.CONVERSATION_LAST),
  };
  // A million rows pass here in a scan: no object is made to be spread.
  if (marks === abi.CLIENT_INITIATOR) count.client = "initiator";
  if (marks === abi.CLIENT_RESPONDER) count.client = "responder";
  return count;
}

function endOf(
  view: DataView,
  kind: ConversationCount["kind"],
  address: number,
  port: number,
  mac: number,
): PlantEnd {
  const ethernet = macText(view, mac);
  const end: PlantEnd = {
    address: kind === "link" ? macText(view, address) : addressText(view, address),
    port: view.getUint16(port, true),
  };
  if (ethernet !== NO_MAC) end.mac = ethernet;
  return end;
}

/** A u64 of microseconds, as milliseconds with a fraction. */
export function msOf(view: DataView, at: number): number {
  return (view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)) / 1000;
}

/** Null for a count that is no command of its own. */
export function commandCountOf(view: DataView, at: number): CommandCount | null {
  const command = commandOf(view, at);
  const protocol = protocolOfKind(command.kind);
  const described = protocol?.describe(command) ?? null;
  if (protocol === undefined || described === null) return null;
  return {
    client: command.client,
    server: command.server,
    protocol: protocol.name,
    ...described,
    requestCount: command.requestCount,
    responseCount: command.responseCount,
    errorCount: command.errorCount,
    firstMs: command.firstUs / 1000,
    lastMs: command.lastUs / 1000,
  };
}
