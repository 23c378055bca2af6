/**
 * The exports, nothing else: this file is the ABI. Numbers only; 64-bit times go as two u32. Buffers
 * lie in the exported memory; structs, ids and errors are in abi/. Nothing traps, whatever it is given.
 *
 * A host asks abi_version once, then init (or writes a snapshot and asks restore), then ingest and
 * tick for ever, and reads by query and events.
 */
import {
  ABI_MAJOR,
  ABI_MINOR,
  ERR_CAP,
  ERR_CLOCK,
  ERR_STATE,
  FEATURE_SERIES,
  OK,
  TIME_S_MAX,
} from "./abi/core";
import * as clock from "./clock";
import { configure } from "./config";
import * as eventLog from "./events";
import * as input from "./input";
import { IO, OUT, STATE, STATE_BYTES } from "./layout";
import * as parts from "./parts";
import { IO_BYTES, OUT_BYTES } from "./profile";
import { exportSection, importSection } from "./sections";
import { selftest as digest } from "./selftest";
import * as state from "./state";

/** major << 16 | minor */
export function abi_version(): u32 {
  return (ABI_MAJOR << 16) | ABI_MINOR;
}

/** FEATURE_ bits; the profile in the low byte. */
export function features(): u32 {
  return PROFILE | FEATURE_SERIES;
}

/** Where the host puts batches and configuration. */
export function io_ptr(): usize {
  return IO;
}

export function io_cap(): u32 {
  return IO_BYTES;
}

/** Where results are. The next call may overwrite them. */
export function out_ptr(): usize {
  return OUT;
}

export function out_cap(): u32 {
  return OUT_BYTES;
}

/** What a snapshot copies. */
export function state_ptr(): usize {
  return STATE;
}

export function state_len(): u32 {
  return STATE_BYTES;
}

/** Bytes of linear memory from 0 that are ever touched: the least that a runtime must provide. */
export function mem_used(): usize {
  return __heap_base;
}

/** Empties the state and takes the configuration at io_ptr. @returns OK, or why it was not taken */
export function init(cfg_len: u32): i32 {
  state.clear();
  if (cfg_len > IO_BYTES) return ERR_CAP;
  const error = configure(cfg_len);
  if (error != OK) state.clear();
  else state.begin();
  return error;
}

/** Takes the batch of `len` bytes at io_ptr. @returns the records taken; INGEST_ fields at out_ptr */
export function ingest(len: u32): i32 {
  if (!state.isReady()) return ERR_STATE;
  if (len > IO_BYTES) return ERR_CAP;
  return input.ingest(len);
}

/** Once a second: what time it is, in microseconds. @returns the events pending */
export function tick(now_lo: u32, now_hi: u32): i32 {
  if (!state.isReady()) return ERR_STATE;
  const second = clock.secondOf(((<u64>now_hi) << 32) | now_lo);
  if (second > TIME_S_MAX) return ERR_CLOCK;
  parts.tick(second);
  return eventLog.pending();
}

/** @returns the bytes of the struct now at out_ptr */
export function query(what: u32, a: u32, b: u32): i32 {
  return state.isReady() ? parts.query(what, a, b) : ERR_STATE;
}

/** Moves the oldest events to out_ptr, at most `max` and at most what fits. @returns how many */
export function events(max: u32): i32 {
  return state.isReady() ? eventLog.drain(max) : ERR_STATE;
}

/** Seals the state: copy [state_ptr, state_ptr + the result) before the next call. */
export function snapshot(): i32 {
  return state.isReady() ? state.snapshot() : ERR_STATE;
}

/** Call after writing a snapshot of `len` bytes at state_ptr. Unless OK, the core needs init again. */
export function restore(len: u32): i32 {
  return state.restore(len);
}

/** Where a section lies, its version and length: SECTION_ fields at out_ptr. */
export function section_export(id: u32): i32 {
  return state.isReady() ? exportSection(id) : ERR_STATE;
}

/** Call after writing a section of the same version and length at its address; unsound, it is emptied. */
export function section_import(id: u32): i32 {
  return state.isReady() ? importSection(id) : ERR_STATE;
}

/** SELFTEST_DIGEST on a target that computes rightly. Overwrites out_ptr. */
export function selftest(): u32 {
  return digest();
}
