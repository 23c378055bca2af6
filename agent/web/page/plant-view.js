// What the plant page says: rows and words, as values. What it looks like is plant.js and plant-map.js.
import { countOf, nounOf, whenOf } from "./format.js";

/**
 * @typedef {import("../../core/plant-status.ts").PlantStatus} PlantStatus
 * @typedef {import("../../core/plant-status.ts").AssetStatus} AssetStatus
 * @typedef {import("../../core/plant-status.ts").InteractionStatus} InteractionStatus
 * @typedef {import("./dom.js").Row} Row
 * @typedef {import("./dom.js").Cell} Cell
 */

/** @type {(plant: PlantStatus) => { text: string, detail: string }} */
export function headlineOf({ assets, interactions, learningUntilMs, source, packets, ...rest }) {
  const fresh = assets.filter(({ isNew }) => isNew).length;
  const freshInteractions = interactions.filter(({ isNew }) => isNew).length;
  const text =
    learningUntilMs !== null
      ? `Learning what is normal until ${whenOf(learningUntilMs, rest.wallMs)}`
      : fresh + freshInteractions === 0
        ? "Nothing new on the plant network"
        : `New: ${nounOf(fresh, "asset")}, ${nounOf(freshInteractions, "interaction")}`;
  const lost = rest.lostCount === 0 ? "" : `, ${countOf(rest.lostCount)} not looked at`;
  return { text, detail: `${source}: ${nounOf(packets, "packet")}${lost}` };
}

/** @type {(plant: PlantStatus) => "ok" | "degraded"} */
export function stateOf({ assets, interactions, learningUntilMs }) {
  const isQuiet = ![...assets, ...interactions].some(({ isNew }) => isNew);
  return isQuiet || learningUntilMs !== null ? "ok" : "degraded";
}

/** @type {(plant: PlantStatus) => Row[]} */
export function assetRowsOf({ assets, wallMs }) {
  return newFirst(assets).map(({ name, addresses, mac, role, isNew, lastMs, ...asset }) => ({
    cells: [
      { text: name, kind: isNew ? "new address" : "address" },
      { text: [...addresses, mac].filter((text) => text !== "").join(" "), kind: "address" },
      role,
      [asset.vendor, asset.product].filter((text) => text !== "").join(" · "),
      asset.firmware,
      asset.protocols.join(", "),
      { text: whenOf(lastMs, wallMs), kind: "time" },
    ],
  }));
}

/** One row a command; an interaction without known commands has one of its own. @type {(plant: PlantStatus) => Row[]} */
export function interactionRowsOf({ interactions, wallMs }) {
  return newFirst(interactions).flatMap(
    ({ client, server, protocol, packets, commands, ...rest }) =>
      commands.length === 0
        ? [rowOf([client, server, protocol], rest.isNew, "", "", packets, 0, rest.lastMs, wallMs)]
        : newFirst(commands).map(({ command, object, commandClass, isNew, ...one }) =>
            rowOf(
              [client, server, protocol],
              isNew || rest.isNew,
              object === "" ? command : `${command} (${object})`,
              commandClass,
              one.count,
              one.errorCount,
              one.lastMs,
              wallMs,
            ),
          ),
  );
}

/** @type {(names: string[], isNew: boolean, command: string, kind: string, count: number, errors: number, lastMs: number, wallMs: number) => Row} */
function rowOf([client, server, protocol], isNew, command, kind, count, errors, lastMs, wallMs) {
  return {
    cells: [
      { text: client, kind: isNew ? "new address" : "address" },
      { text: server, kind: "address" },
      protocol,
      command,
      { text: kind, kind },
      { text: countOf(count), kind: "n" },
      { text: errors === 0 ? "" : countOf(errors), kind: "n" },
      { text: whenOf(lastMs, wallMs), kind: "time" },
    ],
  };
}

/** What is known of one asset, best source first. @type {(asset: AssetStatus, plant: PlantStatus) => [string, Cell][]} */
export function cardFactsOf(asset, { wallMs }) {
  const { addresses, mac, role, protocols, facts, firstMs, lastMs } = asset;
  /** @type {[string, Cell][]} */
  const known = [
    ["Addresses", addresses.join(", ")],
    ["MAC", mac],
    ["Role", role],
    ["Protocols", protocols.join(", ")],
    ["First seen", whenOf(firstMs, wallMs)],
    ["Last seen", whenOf(lastMs, wallMs)],
  ];
  const said = facts.map(
    ({ name, value, source, confidence }) =>
      /** @type {[string, Cell]} */ ([
        name.replace(/_/g, " "),
        `${value} (${source}, ${Math.round(100 * confidence)} %)`,
      ]),
  );
  return [...known, ...said].filter(([, cell]) => cell !== "");
}

/** @type {(asset: AssetStatus, plant: PlantStatus) => Row[]} */
export function cardRowsOf({ id }, { interactions }) {
  return interactions
    .filter(({ client, server }) => client === id || server === id)
    .flatMap(({ client, server, protocol, packets, commands }) => {
      const other = client === id ? `→ ${server}` : `← ${client}`;
      const said = commands.map(({ command, commandClass, count }) => ({
        command,
        commandClass,
        count,
      }));
      const rows = said.length > 0 ? said : [{ command: "", commandClass: "", count: packets }];
      return rows.map(({ command, commandClass, count }) => ({
        cells: [
          { text: other, kind: "address" },
          { text: `${protocol} ${command}`, kind: commandClass },
          { text: countOf(count), kind: "n" },
        ],
      }));
    });
}

/** Ids of assets that hold every word of the filter themselves or in an interaction. @type {(plant: PlantStatus, filter: string) => Set<string>} */
export function foundOf({ assets, interactions }, filter) {
  const words = filter.toLowerCase().split(/\s+/);
  const holds = (/** @type {string} */ text) =>
    words.every((word) => text.toLowerCase().includes(word));
  const found = new Set(assets.filter((asset) => holds(textOfAsset(asset))).map(({ id }) => id));
  for (const { client, server, protocol, commands } of interactions) {
    const said = commands.map(({ command, commandClass }) => `${command} ${commandClass}`);
    if (!holds([client, server, protocol, ...said].join(" "))) continue;
    found.add(client);
    found.add(server);
  }
  return found;
}

/** @type {(asset: AssetStatus) => string} */
function textOfAsset({ id, name, addresses, mac, role, vendor, product, firmware, protocols }) {
  return [id, name, ...addresses, mac, role, vendor, product, firmware, ...protocols].join(" ");
}

/** @type {<Item extends { isNew: boolean }>(items: readonly Item[]) => Item[]} */
function newFirst(items) {
  return [...items.filter(({ isNew }) => isNew), ...items.filter(({ isNew }) => !isNew)];
}
