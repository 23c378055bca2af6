/**
 * Seconds whose series are unlike together, though none of them need be by itself: Half-Space Trees over
 * how far each series lies from its level (levels.ts). Masses of the past periods of WINDOW seconds, each
 * weighing half of the next, tell how usual a place is.
 *
 * What it tells is surprise: how far log2 of a tree's score (mass * 2^depth) lies below the largest there
 * can be, mean of all trees; tail.ts finds the threshold. Error: there is no bound; the test shows a
 * joint anomaly that no single series has. Trees are the same everywhere: they follow from their numbers.
 *
 * Tan, Ting, Liu: Fast anomaly detection for streaming data (IJCAI 2011): 25 trees, window 250, ranges and
 * size limit as there; depth 8 instead of 15; there, only the last period judges. Scores are multiplied instead of added: in a sum, the trees
 * that do not part what is unlike drown those that do.
 */
import { STATS } from "../layout";
import { SCALE } from "./baseline";
import {
  FOREST_AT,
  FOREST_DEPTH,
  FOREST_DIMENSIONS,
  FOREST_TREE_BYTES,
  FOREST_TREES,
} from "./layout";
import { log2 } from "./log2";

/** u32: seconds of the running period; whole periods so far, up to PERIODS_MIN. */
const SECONDS: usize = STATS + FOREST_AT;
const PERIODS: usize = SECONDS + 4;
const TREES: usize = SECONDS + 8;
/** A node: u16 mass of the periods before, u16 of the running one. */
const RUNNING: usize = 2;
const WINDOW: u32 = 250;
/** Before so many nothing is told. */
const PERIODS_MIN: u32 = 4;
/** A place with fewer seconds than this is not looked into any further. */
const MASS_FEW: u32 = WINDOW / 10;
/** 1 + WINDOW * 2^FOREST_DEPTH, which is just below 2^16. */
const SCORE_MAX_LOG2: u32 = 16 << 16;
/** How far from usual the trees' centres lie at most, and their range. */
const REACH: i32 = 3 * SCALE;
const SPAN: i32 = 2 * REACH;

/**
 * @param away i32 each: distances from the levels, within CLIP; behind them scratch of the same size twice
 * @returns surprise times 65,536, or -1 in the first periods
 */
export function observe(away: usize): i32 {
  let surprise: u32 = 0;
  for (let tree: u32 = 0; tree < FOREST_TREES; tree++) {
    surprise += SCORE_MAX_LOG2 - min(log2(1 + descend(tree, away)), SCORE_MAX_LOG2);
  }
  const seconds = load<u32>(SECONDS) + 1;
  store<u32>(SECONDS, seconds);
  const isReady = load<u32>(PERIODS) >= PERIODS_MIN;
  if (seconds >= WINDOW) turn();
  return isReady ? <i32>(surprise / max(FOREST_TREES, 1)) : -1;
}

/** Adds the second to a tree. @returns the mass where it ends, times 2^depth */
function descend(tree: u32, away: usize): u32 {
  const low = away + FOREST_DIMENSIONS * 4;
  const high = low + FOREST_DIMENSIONS * 4;
  for (let dimension: u32 = 0; dimension < FOREST_DIMENSIONS; dimension++) {
    // A work range twice as wide as what lies on the longer side of a random centre.
    const centre = <i32>(chance(tree, 0x8000 + dimension) % <u32>SPAN);
    const reach = 2 * max(centre, SPAN - centre);
    store<i32>(low + (dimension << 2), centre - reach - REACH);
    store<i32>(high + (dimension << 2), centre + reach - REACH);
  }
  const nodes = TREES + tree * FOREST_TREE_BYTES;
  let score: u32 = 0;
  let isOpen = true;
  let node: u32 = 1;
  for (let depth: u32 = 0; depth <= FOREST_DEPTH; depth++) {
    const at = nodes + (node << 2);
    const running = load<u16>(at, RUNNING);
    store<u16>(at, running + 1, RUNNING);
    if (isOpen) {
      const mass = <u32>load<u16>(at);
      score = mass << depth;
      isOpen = mass >= MASS_FEW;
    }
    const dimension = (chance(tree, node) % FOREST_DIMENSIONS) << 2;
    const middle = (load<i32>(low + dimension) + load<i32>(high + dimension)) >> 1;
    const isRight = load<i32>(away + dimension) >= middle;
    store<i32>((isRight ? low : high) + dimension, middle);
    node = (node << 1) | <u32>isRight;
  }
  return score;
}

/** The running period is over: half of what judges is its masses. */
function turn(): void {
  const periods = load<u32>(PERIODS);
  for (let at: usize = TREES; at < TREES + FOREST_TREES * FOREST_TREE_BYTES; at += 4) {
    const running = <u32>load<u16>(at, RUNNING);
    store<u32>(at, periods ? (load<u16>(at) + running + 1) >> 1 : running);
  }
  store<u32>(SECONDS, 0);
  store<u32>(PERIODS, min(periods + 1, PERIODS_MIN));
}

/** Always the same for the same place: a finaliser of MurmurHash3. */
function chance(tree: u32, place: u32): u32 {
  let x = ((tree + 1) << 16) ^ place;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}
