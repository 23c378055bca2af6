// Where assets stand on the map. Plants are hubs with spokes: a few clients poll many servers. So each
// asset stands in a ring around the one it talks to most, and the hubs stand side by side, largest first.

/**
 * @typedef {import("../../core/plant-status.ts").AssetStatus} AssetStatus
 * @typedef {import("../../core/plant-status.ts").InteractionStatus} InteractionStatus
 * @typedef {{ x: number, y: number }} Position
 */

/** Room for a label of some 16 characters, and its two lines. */
const SPACE_PX = 124;
const LINE_PX = 72;
/** @typedef {{ hub: string, leaves: string[], width: number, height: number }} Cluster */

/**
 * The same network stands the same way each time, as large as a box of that aspect (width / height) lets it.
 * @type {(assets: readonly AssetStatus[], interactions: readonly InteractionStatus[], aspect: number) => Map<string, Position>}
 */
export function positionsOf(assets, interactions, aspect) {
  const ids = assets.map(({ id }) => id);
  const clusters = clustersOf(ids, weightsOf(interactions)).map((cluster) => ({
    ...cluster,
    ...sizeOf(cluster.leaves.length),
  }));
  /** @type {Map<string, Position>} */
  const positions = new Map();
  for (const { hub, leaves, center } of rowsOf(clusters, aspect)) {
    positions.set(hub, center);
    leaves.forEach((leaf, at) => {
      positions.set(leaf, onRing(center, at, leaves.length));
    });
  }
  return positions;
}

/** Clusters side by side in the rows that show them largest. @type {(clusters: Cluster[], aspect: number) => (Cluster & { center: Position })[]} */
function rowsOf(clusters, aspect) {
  let widest = 0;
  let best = packed(clusters, Number.POSITIVE_INFINITY);
  for (const { width } of clusters) {
    widest += width;
    const rows = packed(clusters, widest);
    if (sideOf(rows, aspect) < sideOf(best, aspect)) best = rows;
  }
  return best.placed;
}

/** @typedef {{ placed: (Cluster & { center: Position })[], width: number, height: number }} Packed */

/** The height of the box that holds them. @type {(rows: Packed, aspect: number) => number} */
const sideOf = ({ width, height }, aspect) => Math.max(height, width / aspect);

/** @type {(clusters: Cluster[], rowWidth: number) => Packed} */
function packed(clusters, rowWidth) {
  /** @type {Packed} */
  const rows = { placed: [], width: 0, height: 0 };
  let x = 0;
  let y = 0;
  for (const cluster of clusters) {
    if (x > 0 && x + cluster.width > rowWidth) {
      x = 0;
      y = rows.height;
    }
    const center = { x: x + cluster.width / 2, y: y + cluster.height / 2 };
    rows.placed.push({ ...cluster, center });
    x += cluster.width;
    rows.width = Math.max(rows.width, x);
    rows.height = Math.max(rows.height, y + cluster.height);
  }
  return rows;
}

/** How much each asset has to do with each other one. @type {(interactions: readonly InteractionStatus[]) => Map<string, Map<string, number>>} */
function weightsOf(interactions) {
  /** @type {Map<string, Map<string, number>>} */
  const weights = new Map();
  for (const { client, server, packets } of interactions) {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      const of = weights.get(one) ?? new Map();
      of.set(other, (of.get(other) ?? 0) + packets);
      weights.set(one, of);
    }
  }
  return weights;
}

/** @type {(ids: string[], weights: Map<string, Map<string, number>>) => { hub: string, leaves: string[] }[]} */
function clustersOf(ids, weights) {
  const known = new Set(ids);
  const peersOf = (/** @type {string} */ id) =>
    [...(weights.get(id) ?? [])].filter(([peer]) => known.has(peer) && peer !== id);
  const ordered = [...ids].sort((a, b) => peersOf(b).length - peersOf(a).length || byNumbers(a, b));
  /** @type {Map<string, string[]>} */
  const leavesOf = new Map();
  const placed = new Set();
  for (const id of ordered) {
    if (placed.has(id)) continue;
    const best = peersOf(id)
      .filter(([peer]) => leavesOf.has(peer))
      .sort((a, b) => b[1] - a[1] || byNumbers(a[0], b[0]))[0];
    placed.add(id);
    // One that talks to many is a hub of its own, even if it talks to another hub too.
    const isHub = peersOf(id).length >= 4 || best === undefined;
    if (isHub) leavesOf.set(id, []);
    else leavesOf.get(best[0])?.push(id);
  }
  const loners = [...leavesOf].filter(([id, leaves]) => leaves.length === 0 && !peersOf(id).length);
  for (const [id] of loners) leavesOf.delete(id);
  const clusters = [...leavesOf].map(([hub, leaves]) => ({ hub, leaves: leaves.sort(byNumbers) }));
  clusters.sort((a, b) => b.leaves.length - a.leaves.length || byNumbers(a.hub, b.hub));
  return [...clusters, ...loners.map(([hub]) => ({ hub, leaves: [] }))];
}

/** How many fit on a ring. @type {(ring: number) => number} */
const roomOf = (ring) => 6 + 8 * ring;

/** @type {(leaves: number) => number} */
function ringsOf(leaves) {
  let rings = 0;
  for (let left = leaves; left > 0; left -= roomOf(rings++));
  return rings;
}

/** @type {(leaves: number) => { width: number, height: number }} */
function sizeOf(leaves) {
  const rings = ringsOf(leaves);
  return { width: (1 + 2 * rings) * SPACE_PX, height: (1 + 2 * rings) * LINE_PX + LINE_PX / 2 };
}

/** @type {(center: Position, at: number, leaves: number) => Position} */
function onRing(center, at, leaves) {
  let ring = 0;
  let first = 0;
  while (at >= first + roomOf(ring)) first += roomOf(ring++);
  const many = Math.min(roomOf(ring), leaves - first);
  const turn = (2 * Math.PI * (at - first + (ring % 2) / 2)) / many;
  return {
    x: center.x + SPACE_PX * (ring + 1) * Math.sin(turn),
    y: center.y - LINE_PX * (ring + 1) * Math.cos(turn),
  };
}

/** 10.0.0.9 before 10.0.0.10. @type {(a: string, b: string) => number} */
function byNumbers(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}
