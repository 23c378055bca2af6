/** What the host sets once: items {u16 id, u16 bytes, value padded to 4} that init() finds in IO. */
import {
  CONFIG_HASH_KEY,
  CONFIG_HASH_KEY_BYTES,
  CONFIG_ITEM_HEADER_BYTES,
  ERR_ARG,
  ERR_UNSUPPORTED,
  OK,
} from "./abi/core";
import { CONFIG_TRAFFIC_ONLY } from "./abi/decode";
import { CONFIG_LEARN_UNTIL } from "./abi/stats";
import { CONFIG, IO } from "./layout";
import { HAS_EDGES, IS_NANO } from "./profile";

const LEARN_UNTIL: usize = 8;
const TRAFFIC_ONLY: usize = 12;

/** The second from which on what is new is told and not only learned; 0 for never. */
export function learnUntil(): u32 {
  return load<u32>(CONFIG, LEARN_UNTIL);
}

/** Whether nobody asks for statistics. */
export function trafficOnly(): bool {
  return !IS_NANO && load<u32>(CONFIG, TRAFFIC_ONLY) != 0;
}

export function configure(bytes: u32): i32 {
  let at: u32 = 0;
  while (at < bytes) {
    if (bytes - at < CONFIG_ITEM_HEADER_BYTES) return ERR_ARG;
    const id = <u32>load<u16>(IO + at);
    const length = <u32>load<u16>(IO + at, 2);
    at += CONFIG_ITEM_HEADER_BYTES;
    if (length > bytes - at) return ERR_ARG;
    const error = setItem(id, IO + at, length);
    if (error != OK) return error;
    at += (length + 3) & ~3;
  }
  return OK;
}

function setItem(id: u32, value: usize, bytes: u32): i32 {
  let to: usize = 0;
  let length: u32 = CONFIG_HASH_KEY_BYTES;
  if (HAS_EDGES && id == CONFIG_LEARN_UNTIL) {
    to = LEARN_UNTIL;
    length = 4;
  } else if (!IS_NANO && id == CONFIG_TRAFFIC_ONLY) {
    to = TRAFFIC_ONLY;
    length = 4;
  } else if (id != CONFIG_HASH_KEY) return ERR_UNSUPPORTED;
  if (bytes != length) return ERR_ARG;
  memory.copy(CONFIG + to, value, length);
  return OK;
}
