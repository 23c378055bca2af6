/**
 * AWS VPC Flow Logs, version 2, in the default format: a line for each direction of a flow. Bytes are those
 * on the wire, the link header among them; account and interface are not known here.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
import type { PlantEnd } from "../core/plant.ts";
import type { Flow } from "./flows.ts";

export const FLOW_LOG_HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

export function flowLogLines(flow: Flow): string[] {
  const { initiator, responder, packets, bytes } = flow;
  return [
    ...lineOf(flow, initiator, responder, packets[0], bytes[0]),
    ...lineOf(flow, responder, initiator, packets[1], bytes[1]),
  ];
}

function lineOf(
  { protocol, firstMs, lastMs }: Flow,
  from: PlantEnd,
  to: PlantEnd,
  packets: number,
  bytes: number,
): string[] {
  if (packets === 0) return [];
  const times = `${Math.floor(firstMs / 1000)} ${Math.floor(lastMs / 1000)}`;
  return [
    `2 - - ${from.address} ${to.address} ${from.port} ${to.port} ${protocol} ${packets} ${bytes} ${times} ACCEPT OK`,
  ];
}
