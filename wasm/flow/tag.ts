/**
 * Tags for the tables: 32 bits that only who knows the host's key (CONFIG_HASH_KEY) can aim. One 32 x 32
 * multiplication for two words, which is one instruction on a Cortex-M3.
 *
 * NH: Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC (1999), section 4. Its key words are made from the
 * host's two; the odd constants keep the products from vanishing where a host gave no key.
 */
import { CONFIG } from "../layout";

/** One end of a conversation. */
function endOf(address: usize, port: u32, k0: u32, k1: u32): u32 {
  return fold(
    nh(load<u32>(address) + k0, load<u32>(address, 4) + k1) +
      nh(load<u32>(address, 8) + rotl<u32>(k0, 9), load<u32>(address, 12) + rotl<u32>(k1, 17)) +
      nh(port + rotl<u32>(k1, 5), rotl<u32>(k0, 21)),
  );
}

/** The same for both directions: the ends' hashes go in by size. Never 0. */
export function conversationTag(
  kind: u32,
  src: usize,
  dst: usize,
  srcPort: u32,
  dstPort: u32,
): u32 {
  const k0 = load<u32>(CONFIG) ^ 0x9e3779b9;
  const k1 = load<u32>(CONFIG, 4) ^ 0x85ebca6b;
  const a = endOf(src, srcPort, k0, k1);
  const b = endOf(dst, dstPort, k0, k1);
  return tag2(min(a, b) + k1, max(a, b) + k0 + kind);
}

/** Of two words that are well mixed already. Never 0. */
export function tag2(a: u32, b: u32): u32 {
  return fold(nh(a, b)) | 1;
}

function nh(a: u32, b: u32): u64 {
  return <u64>a * b;
}

function fold(value: u64): u32 {
  return <u32>(value >> 32) ^ <u32>value;
}
