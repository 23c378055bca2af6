/**
 * Fits a generalised Pareto distribution to excesses over a threshold: maximum likelihood on the profile
 * in theta = gamma / sigma, by a grid and a golden section around its best point.
 *
 * Grimshaw: Computing maximum likelihood estimates for the generalized Pareto distribution
 * (Technometrics 35, 1993).
 */
import { ln } from "./elementary";

/** Steps of the grid each side of zero, and of the section that follows. */
const GRID: i32 = 12;
const SECTIONS: u32 = 16;
const NEAR_ZERO: f64 = 1e-6;
const GOLDEN: f64 = 0.6180339887498949;

/** @param excesses f64 each, above zero. @returns theta, which is not zero */
export function fit(excesses: usize, count: u32): f64 {
  let most: f64 = 0;
  let mean: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const excess = load<f64>(excesses + (i << 3));
    most = max<f64>(most, excess);
    mean += excess;
  }
  mean /= <f64>count;
  let best: i32 = 0;
  let bestLoss = loss(excesses, count, 0, mean);
  for (let step = -GRID; step <= GRID; step++) {
    const value = loss(excesses, count, thetaAt(<f64>step, mean, most), mean);
    if (value < bestLoss) {
      bestLoss = value;
      best = step;
    }
  }
  let low = <f64>max(best - 1, -GRID);
  let high = <f64>min(best + 1, GRID);
  for (let section: u32 = 0; section < SECTIONS; section++) {
    const a = high - (high - low) * GOLDEN;
    const b = low + (high - low) * GOLDEN;
    const isLeft =
      loss(excesses, count, thetaAt(a, mean, most), mean) <
      loss(excesses, count, thetaAt(b, mean, most), mean);
    if (isLeft) high = b;
    else low = a;
  }
  const theta = thetaAt((low + high) / 2, mean, most);
  // Nearer to zero the quotients below lose their digits; an exponential tail is as good.
  return abs<f64>(theta) * mean < NEAR_ZERO ? NEAR_ZERO / mean : theta;
}

/** gamma of a theta: the mean of ln(1 + theta excess). */
export function shapeOf(excesses: usize, count: u32, theta: f64): f64 {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < count; i++) sum += ln(1 + theta * load<f64>(excesses + (i << 3)));
  return sum / <f64>count;
}

/** From just above -1 / most, below which there is no tail, to 4 / mean (gamma near 0.8). */
function thetaAt(step: f64, mean: f64, most: f64): f64 {
  const part = step / <f64>GRID;
  return part < 0 ? (0.98 * part) / most : (4 * part * part) / mean;
}

/** Minus the mean log-likelihood, less one: ln sigma + gamma; near zero, that of an exponential tail. */
function loss(excesses: usize, count: u32, theta: f64, mean: f64): f64 {
  if (abs<f64>(theta) * mean < NEAR_ZERO) return ln(mean);
  const shape = shapeOf(excesses, count, theta);
  return ln(shape / theta) + shape;
}
