/** Takes a stretch of a stream apart into messages. */
import { CONVERSATION_OT, COUNTER_OT_UNSOUND, OT_NONE } from "../abi/decode";
import { count } from "../counters";
import * as identity from "../decode/identity";
import * as ot from "../decode/ot";
import { MORE, UNSOUND } from "../decode/ot-results";
import { STREAM_BYTES_MAX } from "../profile";
import { STREAM } from "./record";

const ATTEMPT: u32 = 16;
/** Stretches that nobody recognised before the conversation's direction is left alone, off the known ports. */
const ATTEMPTS_MAX: u32 = 15;

/** Whether it is worth looking at more of this direction. */
export function isOpen(record: usize, direction: u32): bool {
  return load<u8>(record + direction, STREAM) >> 4 != ATTEMPTS_MAX;
}

/**
 * Where the bytes make no sense they are given up as a receiver would, mostly all of them: reading begins anew
 * with the next segment.
 * @param isAll false when no more bytes can come (cut by the snap length, a datagram): a message counts if
 *   its header is there
 * @returns the bytes understood or given up, from the start on; the rest waits. More than `bytes` when the
 *   rest of a message is to be skipped.
 */
export function read(record: usize, direction: u32, at: usize, bytes: u32, isAll: bool): u32 {
  if (load<u8>(record, CONVERSATION_OT) == OT_NONE) {
    const found = ot.identify(at, bytes, record, direction);
    if (found == MORE && isAll) return 0;
    if (found == OT_NONE || found == MORE) {
      if (isAll)
        identity.stream(
          at,
          bytes,
          record,
          direction,
          load<u8>(record + direction, STREAM) < ATTEMPT,
        );
      miss(record, direction);
      return bytes;
    }
  }
  const protocol = <u32>load<u8>(record, CONVERSATION_OT);
  let done: u32 = 0;
  while (done < bytes) {
    const left = bytes - done;
    const length = ot.length(protocol, at + done, left);
    if (length == UNSOUND) {
      count(COUNTER_OT_UNSOUND);
      done += ot.skip(protocol, at + done, left);
      continue;
    }
    if (length == MORE) return isAll ? done : bytes;
    if (isAll && left < min(length, STREAM_BYTES_MAX)) return done;
    ot.message(at + done, min(length, left), record, direction);
    done += length;
  }
  return done;
}

function miss(record: usize, direction: u32): void {
  const marks = <u32>load<u8>(record + direction, STREAM);
  const limit = ATTEMPTS_MAX - <u32>ot.isLikely(record);
  if (marks >> 4 < limit) store<u8>(record + direction, <u8>(marks + ATTEMPT), STREAM);
}
