/** What was taken and what was refused, by reason (COUNTER_). A packet that lies is counted, never an error. */
import { COUNTERS_MAX } from "./abi/core";
import { COUNTERS, COUNTERS_BYTES, OUT } from "./layout";

export function count(counter: u32): void {
  const at = COUNTERS + (counter << 2);
  store<u32>(at, load<u32>(at) + 1);
}

export function queryCounters(): i32 {
  memory.copy(OUT, COUNTERS, COUNTERS_BYTES);
  return COUNTERS_MAX * 4;
}
