/** The three builds of the core, and what a test says to them: bytes in, bytes out, no pointer shown. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { abi } from "../../agent/traffic/abi.ts";
import { coreModuleOf, instantiateCore } from "../../agent/traffic/core.ts";
import type { CoreExports } from "../../agent/traffic/core-exports.ts";

// One seed for every property: a run repeats, and a failure prints its path.
fc.configureGlobal({ seed: 1 });

const built = new URL("../../build/", import.meta.url);
const { instantiate } = await import(new URL("core-twin.mjs", built).href);

export const wasmBytes = {
  gateway: readFileSync(new URL("core.wasm", built)),
  nano: readFileSync(new URL("core-nano.wasm", built)),
};

export interface Build {
  name: "gateway" | "nano" | "twin";
  instantiate(): CoreExports;
}

/** A test that all three must pass runs `for (const build of builds)`. The twin is the gateway's. */
export const builds: readonly Build[] = [
  { name: "gateway", instantiate: () => instantiateCore(wasmBytes.gateway).exports },
  { name: "nano", instantiate: () => instantiateCore(wasmBytes.nano).exports },
  { name: "twin", instantiate: () => coreModuleOf(instantiate()).exports },
];

export type Core = ReturnType<typeof openCore>;

/** An initialised core. Every call returns what the core returned; results are copied. */
export function openCore(exports: CoreExports, config: Uint8Array = new Uint8Array()) {
  const memory = () => new Uint8Array(exports.memory.buffer);
  const put = (bytes: Uint8Array) => memory().set(bytes, exports.io_ptr());
  const out = (bytes: number) =>
    memory().slice(exports.out_ptr(), exports.out_ptr() + Math.max(bytes, 0));
  put(config);
  const initialised = exports.init(config.length);
  if (initialised !== abi.OK) throw new Error(`init: ${initialised}`);
  return {
    exports,
    ingest(bytes: Uint8Array): number {
      put(bytes);
      return exports.ingest(bytes.length);
    },
    tick(second: number): number {
      const us = BigInt(second) * 1_000_000n;
      return exports.tick(Number(us & 0xffffffffn), Number(us >> 32n));
    },
    /** The result's bytes; throws on an error. */
    query(what: number, a = 0, b = 0): DataView {
      const length = exports.query(what, a, b);
      if (length < 0) throw new Error(`query ${what}: ${length}`);
      return new DataView(out(length).buffer);
    },
    out,
    snapshot(): Uint8Array {
      const length = exports.snapshot();
      return memory().slice(exports.state_ptr(), exports.state_ptr() + length);
    },
    restore(bytes: Uint8Array): number {
      memory().set(bytes.subarray(0, exports.state_len()), exports.state_ptr());
      return exports.restore(bytes.length);
    },
  };
}

export interface RawRecord {
  us: bigint;
  flags: number;
  iface: number;
  bytes: Uint8Array;
  wire?: number;
}

/** Records as wasm/README.md writes them; apart from the host binding on purpose. */
export function batchOf(records: readonly RawRecord[]): Uint8Array {
  const length = records.reduce((sum, { bytes }) => sum + 16 + ((bytes.length + 3) & ~3), 0);
  const batch = new Uint8Array(length);
  const view = new DataView(batch.buffer);
  let at = 0;
  for (const { us, flags, iface, bytes, wire } of records) {
    view.setBigUint64(at, us, true);
    view.setUint16(at + 8, bytes.length, true);
    view.setUint16(at + 10, wire ?? bytes.length, true);
    view.setUint16(at + 12, iface, true);
    view.setUint16(at + 14, flags, true);
    batch.set(bytes, at + 16);
    at += 16 + ((bytes.length + 3) & ~3);
  }
  return batch;
}

export function sample(second: number, series: number, amount: bigint): RawRecord {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, amount, true);
  return { us: BigInt(second) * 1_000_000n, flags: 1, iface: series, bytes };
}

export function packet(us: bigint, bytes: Uint8Array, wire = bytes.length): RawRecord {
  return { us, flags: 0, iface: 0, bytes, wire };
}

/** The build's own sizes. */
export function limitsOf(core: Core) {
  const limits = core.query(abi.QUERY_LIMITS);
  return {
    windowS: limits.getUint32(abi.LIMITS_WINDOW_S, true),
    series: limits.getUint32(abi.LIMITS_SERIES, true),
    events: limits.getUint32(abi.LIMITS_EVENTS, true),
    quantileBits: limits.getUint32(abi.LIMITS_QUANTILE_BITS, true),
    quietS: limits.getUint32(abi.LIMITS_QUIET_S, true),
  };
}

export function counterOf(core: Core, counter: number): number {
  return core.query(abi.QUERY_COUNTERS).getUint32(counter * 4, true);
}

/** Deterministic bytes for tests that are not fast-check's: xorshift32. */
export function createRandom(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  return crc;
});

/** Gives a changed snapshot the checksum of what it now says. */
export function seal(snapshot: Uint8Array): void {
  let crc = 0xffffffff;
  for (const byte of snapshot.subarray(abi.SNAPSHOT_STATE_LEN_AT)) {
    crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
  }
  new DataView(snapshot.buffer).setUint32(abi.SNAPSHOT_CRC_AT, ~crc >>> 0, true);
}
