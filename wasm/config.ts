/** What the host sets once: items {u16 id, u16 bytes, value padded to 4} that init() finds in IO. */
import {
  CONFIG_HASH_KEY,
  CONFIG_HASH_KEY_BYTES,
  CONFIG_ITEM_HEADER_BYTES,
  ERR_ARG,
  ERR_UNSUPPORTED,
  OK,
} from "./abi/core";
import { CONFIG, IO } from "./layout";

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
  switch (id) {
    case CONFIG_HASH_KEY:
      if (bytes != CONFIG_HASH_KEY_BYTES) return ERR_ARG;
      store<u64>(CONFIG, load<u64>(value));
      return OK;
    default:
      return ERR_UNSUPPORTED;
  }
}
