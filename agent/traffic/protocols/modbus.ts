/** MODBUS Application Protocol V1.1b3; sub-codes of UMAS, which Schneider does not publish, as captures show them. */
import { abi } from "../abi.ts";
import { defineProtocol, hex, type Name, nameOf, pairOf } from "./protocol.ts";

const DIAGNOSTICS = 8;
const ENCAPSULATED = 43;
const UMAS = 90;

const functions: Readonly<Record<number, Name>> = {
  1: ["read coils", "read"],
  2: ["read discrete inputs", "read"],
  3: ["read holding registers", "read"],
  4: ["read input registers", "read"],
  5: ["write single coil", "write"],
  6: ["write single register", "write"],
  7: ["read exception status", "read"],
  8: ["diagnostics", "other"],
  11: ["get communication event counter", "read"],
  12: ["get communication event log", "read"],
  15: ["write multiple coils", "write"],
  16: ["write multiple registers", "write"],
  17: ["report server id", "read", "identify"],
  20: ["read file record", "read"],
  21: ["write file record", "write", "file_write"],
  22: ["mask write register", "write"],
  23: ["read/write multiple registers", "write"],
  24: ["read fifo queue", "read"],
  43: ["encapsulated interface transport", "other"],
  90: ["umas", "other"],
};

/** Section 6.8.1. */
const diagnostics: Readonly<Record<number, Name>> = {
  0: ["return query data", "other"],
  1: ["restart communications option", "control", "restart"],
  2: ["return diagnostic register", "read"],
  3: ["change ascii input delimiter", "write"],
  4: ["force listen only mode", "control", "communication_control"],
  10: ["clear counters and diagnostic register", "write"],
  20: ["clear overrun counter and flag", "write"],
};

const interfaces: Readonly<Record<number, Name>> = {
  13: ["canopen general reference", "other"],
  14: ["read device identification", "read", "identify"],
};

const umas: Readonly<Record<string, Name>> = {
  "0x01": ["umas initialise communication", "other"],
  "0x02": ["umas read id", "read", "identify"],
  "0x03": ["umas read project information", "read"],
  "0x04": ["umas read plc information", "read"],
  "0x06": ["umas read card information", "read"],
  "0x0a": ["umas repeat", "other"],
  "0x10": ["umas take plc reservation", "control"],
  "0x11": ["umas release plc reservation", "control"],
  "0x12": ["umas keep alive", "other"],
  "0x20": ["umas read memory block", "read"],
  "0x22": ["umas read variables", "read"],
  "0x23": ["umas write variables", "write"],
  "0x24": ["umas read coils and registers", "read"],
  "0x25": ["umas write coils and registers", "write"],
  "0x30": ["umas initialise upload", "write", "program_download"],
  "0x31": ["umas upload block", "write", "program_download"],
  "0x32": ["umas end upload", "write", "program_download"],
  "0x33": ["umas initialise download", "read", "program_upload"],
  "0x34": ["umas download block", "read", "program_upload"],
  "0x35": ["umas end download", "read", "program_upload"],
  "0x39": ["umas read ethernet master data", "read"],
  "0x40": ["umas start plc", "control", "start"],
  "0x41": ["umas stop plc", "control", "stop"],
  "0x50": ["umas monitor plc", "read"],
  "0x58": ["umas check plc", "read"],
  "0x70": ["umas read io object", "read"],
  "0x71": ["umas write io object", "write"],
  "0x73": ["umas get status of module", "read"],
};

/** Section 7. */
const exceptions: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge",
  6: "server device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target failed to respond",
};

export const modbus = defineProtocol({
  id: abi.OT_MODBUS,
  name: "modbus",
  describe({ functionCode, object, error }) {
    return {
      object: `unit ${object}`,
      ...meaningOf(functionCode & 0xff, functionCode >> 8),
      error: error === 0 ? "" : (exceptions[error] ?? `exception ${error}`),
    };
  },
  tally(command, add) {
    const pair = pairOf(command);
    const key = `unit=${command.object} fc=${command.functionCode & 0xff}`;
    add(pair, "request", key, command.requestCount);
    add(pair, "response", key, command.responseCount);
    add(pair, "exception", key, command.errorCount);
    add(pair, "exception_codes", String(command.error), command.errorCount);
  },
});

function meaningOf(code: number, sub: number) {
  if (code === DIAGNOSTICS) return nameOf(diagnostics, sub, `diagnostics ${sub}`);
  if (code === ENCAPSULATED) return nameOf(interfaces, sub, `encapsulated interface ${sub}`);
  if (code === UMAS && sub !== 0) return nameOf(umas, hex(sub, 2), `umas ${hex(sub, 2)}`);
  return nameOf(functions, code, `function ${hex(code, 2)}`);
}
