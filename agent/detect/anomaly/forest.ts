/**
 * Several metrics that are ordinary one by one may be unusual together. Half-Space Trees (Tan, Ting and
 * Liu, IJCAI 2011) cut the space of all metrics at random places and count what falls where: a point in a
 * place that was empty in the last window of points is rare.
 *
 * 25 trees of depth 6 over 256 points: 25 KB, whatever the number of metrics. The cuts come from a fixed
 * seed, so that the same points give the same scores everywhere.
 */
const TREES = 25;
const DEPTH = 6;
const NODES = 2 ** (DEPTH + 1) - 1;
const WINDOW = 256;

/** A node with fewer points than this tells as much as its children would. */
const NODE_POINTS_MIN = 0.1 * WINDOW;

export interface Forest {
  /** How rare the point is, from what was seen before; then it counts. Null in the first window. */
  score(point: readonly number[]): number | null;
}

/** Counts of the last window, of the window that is open, and of all points. */
const KNOWN = 0;
const COMING = TREES * NODES;
const SEEN = 2 * COMING;

export const FOREST_FLOATS = SEEN + 1;

/**
 * Over points of this many numbers, each around 0 with a usual distance of 1. The given floats are all of
 * its state; zeros are the empty state.
 */
export function createForest(dimensions: number, floats: Float32Array): Forest {
  const cuts = cutsOf(dimensions);
  const known = floats.subarray(KNOWN, COMING);
  const coming = floats.subarray(COMING, SEEN);

  function massOf(tree: number, point: readonly number[]): number {
    let node = 0;
    let mass = Number.NaN;
    for (let depth = 0; ; depth++) {
      const at = tree * NODES + node;
      coming[at] = coming[at]! + 1;
      const isLast = depth === DEPTH;
      if (Number.isNaN(mass) && (isLast || known[at]! < NODE_POINTS_MIN)) {
        mass = known[at]! * 2 ** depth;
      }
      if (isLast) return mass;
      const { dimension, value } = cuts[at]!;
      node = 2 * node + (point[dimension]! < value ? 1 : 2);
    }
  }

  return {
    score(distances) {
      const point = distances.map((distance) => 1 / (1 + Math.exp(-distance / 2)));
      let mass = 0;
      for (let tree = 0; tree < TREES; tree++) mass += massOf(tree, point);
      const isKnown = floats[SEEN]! >= WINDOW;
      floats[SEEN] = floats[SEEN]! + 1;
      if (floats[SEEN]! % WINDOW === 0) {
        known.set(coming);
        coming.fill(0);
      }
      return isKnown ? -Math.log2(1 + mass / TREES) : null;
    },
  };
}

interface Cut {
  dimension: number;
  value: number;
}

/** For each node of each tree, where it cuts: halves of ranges that are shifted by chance in each tree. */
function cutsOf(dimensions: number): Cut[] {
  const random = createRandom();
  const cuts: Cut[] = [];
  for (let tree = 0; tree < TREES; tree++) {
    const ranges = Array.from({ length: dimensions }, () => {
      const middle = random();
      const reach = 2 * Math.max(middle, 1 - middle);
      return [middle - reach, middle + reach] as const;
    });
    const nodes: (readonly (readonly [number, number])[])[] = [ranges];
    for (let node = 0; node < NODES; node++) {
      const own = nodes[node]!;
      const dimension = Math.floor(random() * dimensions);
      const [low, high] = own[dimension]!;
      const value = (low + high) / 2;
      cuts.push({ dimension, value });
      nodes[2 * node + 1] = own.with(dimension, [low, value]);
      nodes[2 * node + 2] = own.with(dimension, [value, high]);
    }
  }
  return cuts;
}

/** Marsaglia's xorshift32 from a fixed seed: numbers in [0, 1). */
function createRandom(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
