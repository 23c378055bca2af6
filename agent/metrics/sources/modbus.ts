/**
 * Registers or bits of a Modbus/TCP device. Each reading is a connection of its own with one request:
 * many PLCs take only a few connections and should keep them for the plant. Nothing is ever written.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type { ModbusTCPClient } from "jsmodbus";
import { numbersIn, registerFormats, registersOf } from "../parse/registers.ts";
import { defineSource, ReadingError } from "../source.ts";

/** Most registers that one request may read (V1.1b3 §6.3); bits are kept to the same. */
const REGISTERS_MAX = 125;

/** Header and body of the largest answer, and an answer to spare. */
const RESPONSE_BYTES_MAX = 2 * 260;

/** The metric's own time limit is below it and ends the connection. */
const REQUEST_MS_MAX = 120_000;

export const modbus = defineSource({
  name: "modbus",
  help: "Registers or bits of a Modbus/TCP device, read with one request; nothing is ever written.",
  types: ["number", "number-list"],
  members: {
    host: { type: "string", default: "", required: true, help: "Name or address of the device." },
    port: { type: "integer", default: 502, min: 1, max: 65_535, help: "TCP port." },
    unit: { type: "integer", default: 1, min: 0, max: 255, help: "Unit identifier." },
    table: {
      type: "string",
      default: "holding",
      oneOf: ["holding", "input", "coil", "discrete"],
      help: "Which of the four tables.",
    },
    address: {
      type: "integer",
      default: 0,
      min: 0,
      max: 65_535,
      required: true,
      help: "Address on the wire, counted from 0: register 40001 in older manuals is 0.",
    },
    count: {
      type: "integer",
      default: 1,
      min: 1,
      max: REGISTERS_MAX,
      help: "How many numbers or bits, for number-list.",
    },
    format: {
      type: "string",
      default: "u16",
      oneOf: registerFormats,
      help: "What the registers of one number hold.",
    },
    word_order: {
      type: "string",
      default: "high-first",
      oneOf: ["high-first", "low-first"],
      help: "Which register of a number longer than 16 bits comes first.",
    },
    scale: {
      type: "number",
      default: 1,
      min: -1e12,
      max: 1e12,
      help: "Numbers are multiplied by it.",
    },
  },
  problemOf({ count, format, address }, type) {
    if (type === "number" && count !== 1) return `has count ${count}: a number is one`;
    const registers = count * registersOf(format);
    if (registers > REGISTERS_MAX) return `reads ${registers} registers: at most ${REGISTERS_MAX}`;
    return address + registers > 65_536 ? "reads past the last address" : null;
  },
  open({ type, members }) {
    const { host, port, unit, table, address, count, format, word_order, scale } = members;
    const isBits = table === "coil" || table === "discrete";
    return async (signal) => {
      // Loaded when the first register is read: 1.4 MB that few devices need.
      const { ModbusClient } = await import("./modbus-client.ts");
      const socket = connect({ host, port });
      let broken: Error | null = null;
      let bytes = 0;
      socket.on("error", (error) => {
        broken ??= error;
      });
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        if (bytes > RESPONSE_BYTES_MAX) socket.destroy(new Error("answers too many bytes"));
      });
      const onAbort = () => socket.destroy(new Error("took longer than its time limit"));
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const client = new ModbusClient(socket, unit, REQUEST_MS_MAX);
        await once(socket, "connect");
        const length = isBits ? count : count * registersOf(format);
        const payload = await request(client, table, address, length);
        const values = isBits ? bitsIn(payload, count) : numbersIn(payload, format, word_order);
        if (values.length !== count) throw new Error(`answers ${payload.length} bytes`);
        const scaled = values.map((value) => value * scale);
        return type === "number" ? scaled[0]! : scaled;
      } catch (error) {
        const { message } = broken ?? (error as { message: string });
        throw new ReadingError(`${host}:${port}: ${message}`);
      } finally {
        signal.removeEventListener("abort", onAbort);
        socket.destroy();
      }
    };
  },
});

/** The data bytes of the answer. */
async function request(
  client: ModbusTCPClient,
  table: "holding" | "input" | "coil" | "discrete",
  address: number,
  length: number,
): Promise<Uint8Array> {
  const read = {
    holding: () => client.readHoldingRegisters(address, length),
    input: () => client.readInputRegisters(address, length),
    coil: () => client.readCoils(address, length),
    discrete: () => client.readDiscreteInputs(address, length),
  }[table];
  const { response } = await read();
  return (response.body as { valuesAsBuffer: Buffer }).valuesAsBuffer;
}

/** The first bit is the lowest of the first byte (V1.1b3 §6.1). */
function bitsIn(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: Math.min(count, bytes.length * 8) }, (_, at) => {
    return (bytes[at >> 3]! >> (at & 7)) & 1;
  });
}
