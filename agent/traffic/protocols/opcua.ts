/** OPC 10000-4 (services), OPC 10000-6 annex A (ids of their binary encodings). */
import { abi } from "../abi.ts";
import type { Command } from "../conversations.ts";
import { defineProtocol, hex, type Name, nameOf, pairOf, waysOf } from "./protocol.ts";

/** By the request's id; the response's is 3 more. */
const requests: Readonly<Record<number, Name>> = {
  422: ["find servers", "read", "identify"],
  428: ["get endpoints", "read", "identify"],
  437: ["register server", "other"],
  446: ["open secure channel", "other"],
  452: ["close secure channel", "other"],
  461: ["create session", "other"],
  467: ["activate session", "other"],
  473: ["close session", "other"],
  479: ["cancel", "other"],
  488: ["add nodes", "write"],
  494: ["add references", "write"],
  500: ["delete nodes", "write"],
  506: ["delete references", "write"],
  527: ["browse", "read"],
  533: ["browse next", "read"],
  554: ["translate browse paths", "read"],
  560: ["register nodes", "other"],
  566: ["unregister nodes", "other"],
  615: ["query first", "read"],
  621: ["query next", "read"],
  631: ["read", "read"],
  664: ["history read", "read"],
  673: ["write", "write"],
  700: ["history update", "write"],
  712: ["call", "control"],
  751: ["create monitored items", "read"],
  763: ["modify monitored items", "read"],
  769: ["set monitoring mode", "read"],
  775: ["set triggering", "read"],
  781: ["delete monitored items", "read"],
  787: ["create subscription", "read"],
  793: ["modify subscription", "read"],
  799: ["set publishing mode", "read"],
  826: ["publish", "read"],
  832: ["republish", "read"],
  841: ["transfer subscriptions", "read"],
  847: ["delete subscriptions", "read"],
};

const services: Readonly<Record<number, Name>> = {
  397: ["service fault", "other"],
  ...requests,
  ...Object.fromEntries(Object.entries(requests).map(([id, name]) => [Number(id) + 3, name])),
  12208: ["find servers on network", "read", "identify"],
  12209: ["find servers on network", "read", "identify"],
  12211: ["register server", "other"],
  12212: ["register server", "other"],
};

/** By type, from 1 on. */
const messages = ["HEL", "ACK", "ERR", "RHE", "OPN", "MSG", "CLO"];

/** By bits 16 to 23 of the status code: OPC 10000-4 clause 7.39.2. */
const statuses: Readonly<Record<number, string>> = {
  2: "internal error",
  11: "service unsupported",
  16: "too many operations",
  31: "user access denied",
  32: "identity token invalid",
  33: "identity token rejected",
  34: "secure channel id invalid",
  37: "session id invalid",
  38: "session closed",
  39: "session not activated",
  40: "subscription id invalid",
  10: "timeout",
  15: "nothing to do",
  19: "security checks failed",
  86: "too many sessions",
  120: "too many publish requests",
  121: "no subscription",
};

export const opcua = defineProtocol({
  id: abi.OT_OPCUA,
  name: "opcua",
  describe({ kind, functionCode, error }) {
    if (kind !== abi.KIND_OPCUA_SERVICE) return null;
    return {
      object: "",
      ...nameOf(services, functionCode, `service ${functionCode}`),
      error: error === 0 ? "" : (statuses[error] ?? `status ${hex(0x8000 | error, 4)}0000`),
    };
  },
  tally(command, add) {
    const [group, key] = spellingOf(command);
    for (const [way, count] of waysOf(command)) add(pairOf(command), `${group}_${way}`, key, count);
  },
});

function spellingOf({ kind, functionCode }: Command): [group: string, key: string] {
  return kind === abi.KIND_OPCUA_SERVICE
    ? ["service", String(functionCode)]
    : ["message", messages[functionCode - 1] ?? String(functionCode)];
}
