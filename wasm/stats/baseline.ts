/**
 * What a number usually is: {mean, mean absolute deviation, numbers learned}, 32-bit integers. The plain
 * mean of the first `recall` numbers, then an exponentially weighted one of weight 1 / recall (EWMA), in
 * which a number counts as no further away than CLIP scales, so that a spike does not move it.
 *
 * Error: divisions cut, so mean and deviation stop up to recall / 65,536 short of where they go.
 * Roberts: Control chart tests based on geometric moving averages (Technometrics 1, 1959); Huber:
 * Robust estimation of a location parameter (1964) for the clipping.
 */

/** Of a scale: distances are told in sixteenths. */
export const SCALE: i32 = 16;
export const CLIP: i32 = 6 * SCALE;
/** Of a constant, and of what integers round, nothing is unusual within 1 / 64. */
const SCALE_LEAST: i32 = 1024;
/** No deviation is larger, but a restored one may be anything. */
const DEVIATION_MASK: i32 = 0xffffff;

const MEAN: usize = 0;
const DEVIATION: usize = 4;
const LEARNED: usize = 8;

/**
 * Learns a number: 0 to 32 in units of 1 / 65,536.
 * @returns how far above the mean it lies, in SCALEths of the scale (deviation + SCALE_LEAST), within
 * CLIP; 0 before `recall` numbers are known
 */
export function learn(at: usize, number: i32, recall: u32): i32 {
  const mean = load<i32>(at, MEAN);
  const deviation = load<i32>(at, DEVIATION) & DEVIATION_MASK;
  const learned = load<u32>(at, LEARNED);
  const weight = <i32>min(learned, recall - 1) + 1;
  let away = number - mean;
  let scales = 0;
  if (learned >= recall) {
    const scale = deviation + SCALE_LEAST;
    scales = max(min((away * SCALE) / scale, CLIP), -CLIP);
    away = (scales * scale) / SCALE;
  }
  const step = away / weight;
  store<i32>(at, mean + step, MEAN);
  // From the new mean: the first number lies at no distance from itself.
  store<i32>(at, deviation + (abs(away - step) - deviation) / weight, DEVIATION);
  store<i32>(at, weight, LEARNED);
  return scales;
}
