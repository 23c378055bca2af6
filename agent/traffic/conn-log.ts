/**
 * Zeek's conn.log as its JSON writer has it, a line a flow. What is not known is left out, as Zeek does.
 * https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html
 */
import { createHash } from "node:crypto";
import type { Flow } from "./flows.ts";

const names: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp" };
const TCP = 6;
/** Zeek's letters, and the length of its ids behind the C. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UID_LETTERS = 17;

export function connLogLine(flow: Flow): string {
  const { initiator, responder, protocol, service, packets, payloadBytes, firstMs, lastMs } = flow;
  const state = connStateOf(flow);
  return JSON.stringify({
    ts: secondsOf(firstMs),
    uid: uidOf(flow),
    "id.orig_h": initiator.address,
    "id.orig_p": initiator.port,
    "id.resp_h": responder.address,
    "id.resp_p": responder.port,
    proto: names[protocol] ?? "unknown_transport",
    ...(service !== "" && { service }),
    duration: secondsOf(lastMs - firstMs),
    orig_bytes: payloadBytes[0],
    resp_bytes: payloadBytes[1],
    ...(state !== null && { conn_state: state }),
    orig_pkts: packets[0],
    resp_pkts: packets[1],
    ip_proto: protocol,
    ...(initiator.mac !== undefined && { orig_l2_addr: initiator.mac }),
    ...(responder.mac !== undefined && { resp_l2_addr: responder.mac }),
  });
}

/**
 * Null where the counts do not say: they do not tell who of the two sent a FIN or an RST, and Zeek has
 * a state for each.
 */
export function connStateOf(flow: Flow): string | null {
  const { protocol, packets, payloadBytes, synCount, finCount, rstCount } = flow;
  if (protocol !== TCP) return packets[1] === 0 ? "S0" : "SF";
  if (synCount === 0) return "OTH";
  if (packets[1] === 0) return rstCount > 0 ? "RSTOS0" : finCount > 0 ? "SH" : "S0";
  if (rstCount > 0) {
    const isRefused = packets[0] === packets[1] && payloadBytes[0] + payloadBytes[1] === 0;
    return isRefused && finCount === 0 ? "REJ" : null;
  }
  if (finCount >= 2) return "SF";
  return finCount === 0 ? "S1" : null;
}

/** The same flow has the same id, however often it is read. */
function uidOf({ protocol, initiator, responder, firstMs }: Flow): string {
  const ends = [initiator.address, initiator.port, responder.address, responder.port];
  const hash = createHash("sha256")
    .update([protocol, ...ends, firstMs].join(" "))
    .digest();
  return `C${[...hash.subarray(0, UID_LETTERS)].map((byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}

function secondsOf(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
}
