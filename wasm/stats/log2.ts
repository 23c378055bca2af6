/**
 * log2(x) * 65,536, rounded down, of an integer above zero: the bits of the fraction fall out of
 * squaring (Knuth, TAOCP 1 §1.2.2, exercise 25). No table, no float.
 */
export function log2(x: u32): u32 {
  const lead = <u32>clz(x);
  // 1 to 2 in units of 2^-31.
  let mantissa = <u64>(x << lead);
  let result = 31 - lead;
  for (let bit = 0; bit < 16; bit++) {
    mantissa = (mantissa * mantissa) >> 31;
    const carry = <u32>(mantissa >> 32);
    result = (result << 1) | carry;
    mantissa >>= carry;
  }
  return result;
}
