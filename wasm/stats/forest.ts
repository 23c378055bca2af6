/**
 * Seconds whose series are unlike together, though none of them need be by itself: Half-Space Trees over
 * how far each series lies from its level (levels.ts). Masses of the last whole period of WINDOW seconds
 * tell how usual a place is; those of the running one replace them at its end.
 *
 * What it tells is surprise: log2 of the largest score a second can have over its own, 0 for the most
 * usual; tail.ts finds the threshold. Error: there is no bound; the test shows a joint anomaly that no
 * single series has. Trees are the same everywhere: they follow from their numbers.
 *
 * Tan, Ting, Liu: Fast anomaly detection for streaming data (IJCAI 2011): 25 trees, window 250, ranges and
 * size limit as there; depth 8 instead of 15.
 */
import { STATS } from "../layout";
import { CLIP } from "./baseline";
import {
  FOREST_AT,
  FOREST_DEPTH,
  FOREST_DIMENSIONS,
  FOREST_TREE_BYTES,
  FOREST_TREES,
} from "./layout";
import { log2 } from "./log2";

/** u32: seconds of the running period; whether there was a whole one. */
const SECONDS: usize = STATS + FOREST_AT;
const READY: usize = SECONDS + 4;
const TREES: usize = SECONDS + 8;
/** A node: u16 mass of the last period, u16 of the running one. */
const RUNNING: usize = 2;
const WINDOW: u32 = 250;
/** A place with fewer seconds than this is not looked into any further. */
const MASS_FEW: u32 = WINDOW / 10;
const SCORE_MAX: u32 = (FOREST_TREES * WINDOW) << FOREST_DEPTH;
/** A distance's range in the trees' coordinates. */
const SPAN: i32 = 2 * CLIP;

/**
 * @param away i32 each: distances from the levels, within CLIP; behind them scratch of the same size twice
 * @returns surprise times 65,536, or -1 in the first period
 */
export function observe(away: usize): i32 {
  let score: u32 = 0;
  for (let tree: u32 = 0; tree < FOREST_TREES; tree++) score += descend(tree, away);
  const seconds = load<u32>(SECONDS) + 1;
  store<u32>(SECONDS, seconds);
  const isReady = load<u32>(READY) != 0;
  if (seconds >= WINDOW) turn();
  return isReady ? <i32>(log2(SCORE_MAX) - log2(min(score, SCORE_MAX - 1) + 1)) : -1;
}

/** Adds the second to a tree. @returns the mass where it ends, times 2^depth */
function descend(tree: u32, away: usize): u32 {
  const low = away + FOREST_DIMENSIONS * 4;
  const high = low + FOREST_DIMENSIONS * 4;
  for (let dimension: u32 = 0; dimension < FOREST_DIMENSIONS; dimension++) {
    // A work range twice as wide as what lies on the longer side of a random centre.
    const centre = <i32>(chance(tree, 0x8000 + dimension) % <u32>SPAN);
    const reach = 2 * max(centre, SPAN - centre);
    store<i32>(low + (dimension << 2), centre - reach - CLIP);
    store<i32>(high + (dimension << 2), centre + reach - CLIP);
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

/** The running period is over: its masses become the ones that judge. */
function turn(): void {
  for (let at: usize = TREES; at < TREES + FOREST_TREES * FOREST_TREE_BYTES; at += 4) {
    store<u32>(at, load<u32>(at) >> 16);
  }
  store<u32>(SECONDS, 0);
  store<u32>(READY, 1);
}

/** Always the same for the same place: a finaliser of MurmurHash3. */
function chance(tree: u32, place: u32): u32 {
  let x = ((tree + 1) << 16) ^ place;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}
