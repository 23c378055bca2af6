/** Every protocol, one line each: a file here, and one in wasm/decode. */
import { abi } from "../abi.ts";
import { modbus } from "./modbus.ts";
import type { Protocol } from "./protocol.ts";

export const protocols: readonly Protocol[] = [modbus];

const byId = new Map(protocols.map((protocol) => [protocol.id, protocol]));

/** The protocol of a conversation (abi.OT_). */
export function protocolOf(id: number): Protocol | undefined {
  return byId.get(id);
}

/** The protocol whose commands are of this kind (abi.KIND_). */
export function protocolOfKind(kind: number): Protocol | undefined {
  return byId.get(kind >> abi.KIND_SHIFT);
}
