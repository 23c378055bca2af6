// The map of the plant network, on cytoscape.
import { byId } from "./dom.js";
import { positionsOf } from "./plant-layout.js";

/**
 * @typedef {import("../../core/plant-status.ts").PlantStatus} PlantStatus
 * @typedef {import("../../core/plant-status.ts").AssetStatus} AssetStatus
 * @typedef {import("cytoscape").Core} Graph
 */

/** Text on the map is cut to what fits between two assets. */
const LABEL_MAX = 20;

const cytoscape = /** @type {typeof import("cytoscape")} */ (Reflect.get(globalThis, "cytoscape"));

/** @type {(onPick: (id: string | null) => void) => { update(plant: PlantStatus): void, find(ids: Set<string> | null): void }} */
export function createMap(onPick) {
  const box = byId("map");
  const graph = cytoscape({
    container: box,
    minZoom: 0.15,
    maxZoom: 3,
    boxSelectionEnabled: false,
  });
  let shape = "";
  paint(graph, box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint(graph, box));
  graph.on("tap", "node", ({ target }) => onPick(target.id()));
  graph.on("tap", ({ target }) => {
    if (target === graph) onPick(null);
  });
  new ResizeObserver(() => graph.resize()).observe(box);

  return {
    update(plant) {
      const elements = elementsOf(plant);
      const now = elements.map(({ data }) => data.id).join("\n");
      if (now === shape) {
        for (const { data, classes } of elements) graph.getElementById(data.id).classes(classes);
        return;
      }
      shape = now;
      const positions = positionsOf(plant.assets, plant.interactions, aspectOf(box));
      graph.elements().remove();
      graph.add(elements);
      graph.nodes().positions((node) => positions.get(node.id()) ?? { x: 0, y: 0 });
      graph.fit(undefined, 30);
    },
    find(ids) {
      graph.batch(() => {
        graph.elements().removeClass("faint");
        if (ids === null) return;
        const found = graph.nodes().filter((node) => ids.has(node.id()));
        graph
          .elements()
          .difference(found.union(found.edgesWith(found)))
          .addClass("faint");
      });
    },
  };
}

/** @type {(box: HTMLElement) => number} */
const aspectOf = ({ clientWidth, clientHeight }) =>
  Math.max(100, clientWidth) / Math.max(100, clientHeight);

/** @type {(plant: PlantStatus) => { data: { id: string, source?: string, target?: string, label?: string }, classes: string }[]} */
function elementsOf({ assets, interactions }) {
  const ids = new Set(assets.map(({ id }) => id));
  const clients = new Set(interactions.map(({ client }) => client));
  const servers = new Set(interactions.map(({ server }) => server));
  const nodes = assets.map((asset) => ({
    data: { id: asset.id, label: labelOf(asset) },
    classes: [
      clients.has(asset.id) ? (servers.has(asset.id) ? "both" : "client") : "server",
      asset.isNew ? "new" : "",
    ].join(" "),
  }));
  /** @type {Map<string, { data: { id: string, source: string, target: string }, classes: string }>} */
  const lines = new Map();
  for (const { client, server, commands, isNew } of interactions) {
    if (!ids.has(client) || !ids.has(server) || client === server) continue;
    const id = `${client} → ${server}`;
    const writes = commands.some(({ commandClass }) => /write|control/.test(commandClass));
    const before = lines.get(id)?.classes ?? "";
    lines.set(id, {
      data: { id, source: client, target: server },
      classes: [before, writes ? "writes" : "", isNew ? "new" : ""].join(" "),
    });
  }
  return [...nodes, ...lines.values()];
}

/** @type {(asset: AssetStatus) => string} */
function labelOf({ name, addresses, product, role, vendor }) {
  const below = name === (addresses[0] ?? name) ? product || role || vendor : addresses[0];
  return [name, below]
    .filter((line) => line !== "")
    .map(cut)
    .join("\n");
}

/** @type {(text: string) => string} */
const cut = (text) => (text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`);

/** @type {(graph: Graph, box: HTMLElement) => void} */
function paint(graph, box) {
  const style = getComputedStyle(box);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  graph.style([
    {
      selector: "node",
      style: {
        width: 18,
        height: 18,
        "background-color": color("in"),
        label: "data(label)",
        color: color("text"),
        "font-family": style.fontFamily,
        "font-size": 11,
        "text-wrap": "wrap",
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-background-color": color("card"),
        "text-background-opacity": 0.8,
        "min-zoomed-font-size": 6,
      },
    },
    { selector: "node.server", style: { shape: "rectangle" } },
    {
      selector: "node.client",
      style: { "background-color": color("card"), "border-width": 3, "border-color": color("in") },
    },
    {
      selector: "node.new",
      style: {
        "background-color": color("bad"),
        "border-color": color("bad"),
        width: 22,
        height: 22,
      },
    },
    {
      selector: "edge",
      style: {
        width: 1.2,
        "line-color": color("muted"),
        "line-opacity": 0.55,
        "curve-style": "straight",
        "target-arrow-shape": "triangle",
        "target-arrow-color": color("muted"),
        "arrow-scale": 0.7,
      },
    },
    {
      selector: "edge.writes",
      style: { width: 2.4, "line-color": color("out"), "target-arrow-color": color("out") },
    },
    {
      selector: "edge.new",
      style: {
        width: 3,
        "line-opacity": 1,
        "line-color": color("bad"),
        "line-style": "dashed",
        "target-arrow-color": color("bad"),
      },
    },
    { selector: ":selected", style: { "overlay-color": color("bar"), "overlay-opacity": 0.25 } },
    { selector: ".faint", style: { opacity: 0.12 } },
  ]);
}
