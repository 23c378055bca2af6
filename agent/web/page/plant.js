// Asks the agent what it sees on the plant network and shows it, as long as somebody looks.
import { byId, fillFacts, fillRows, setText } from "./dom.js";
import { countOf, nounOf } from "./format.js";
import { createMap } from "./plant-map.js";
import {
  assetRowsOf,
  cardFactsOf,
  cardRowsOf,
  foundOf,
  headlineOf,
  interactionRowsOf,
  stateOf,
} from "./plant-view.js";
import { filteredOf, silenceOf } from "./view.js";

const POLL_MS = 5_000;
const ANSWER_MS_MAX = 10_000;
const ASSET_COLUMNS = 7;
const INTERACTION_COLUMNS = 8;

const filter = /** @type {HTMLInputElement} */ (byId("filter"));
/** @type {import("../../core/plant-status.ts").PlantStatus | null} */
let shown = null;
/** @type {string | null} */
let picked = null;
/** @type {number | null} */
let silentSinceMs = null;
let timer = 0;

const map = createMap((id) => {
  picked = id;
  showCard();
});

async function poll() {
  clearTimeout(timer);
  const plant = await asked();
  if (plant === undefined) showSilence();
  else if (plant === null)
    showState(
      "asking",
      "This gateway watches no plant network",
      "Set plant_interface to the port that mirrors the switch.",
    );
  else show(plant);
  if (!document.hidden) timer = setTimeout(poll, POLL_MS);
}

/** Null when nothing is watched, undefined when there is no answer. */
async function asked() {
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), ANSWER_MS_MAX);
  try {
    const answer = await fetch("/api/plant", { signal: abort.signal });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(late);
  }
}

/** @type {(plant: import("../../core/plant-status.ts").PlantStatus) => void} */
function show(plant) {
  shown = plant;
  silentSinceMs = null;
  document.body.classList.remove("silent");
  const { text, detail } = headlineOf(plant);
  showState(stateOf(plant), text, detail);
  map.update(plant);
  const { assets, interactions, assetsLost, interactionsLost } = plant;
  setText(
    byId("map-summary"),
    `${nounOf(assets.length, "asset")}, ${nounOf(interactions.length, "interaction")}. Click one to see what is known of it.`,
  );
  setText(byId("asset-counts"), boundedOf(assets.length, assetsLost));
  setText(byId("interaction-counts"), boundedOf(interactions.length, interactionsLost));
  showFound();
  showCard();
}

/** @type {(count: number, lost: number) => string} */
function boundedOf(count, lost) {
  return lost === 0 ? countOf(count) : `${countOf(count)}, and ${countOf(lost)} more found no room`;
}

function showFound() {
  if (shown === null) return;
  map.find(filter.value.trim() === "" ? null : foundOf(shown, filter.value));
  fillRows(byId("asset-rows"), filteredOf(assetRowsOf(shown), filter.value, ASSET_COLUMNS));
  const rows = filteredOf(interactionRowsOf(shown), filter.value, INTERACTION_COLUMNS);
  fillRows(byId("interaction-rows"), rows);
}

function showCard() {
  const asset = shown?.assets.find(({ id }) => id === picked);
  byId("card").hidden = asset === undefined;
  if (asset === undefined || shown === null) return;
  setText(byId("card-name"), asset.isNew ? `${asset.name} (new)` : asset.name);
  fillFacts(byId("card-facts"), cardFactsOf(asset, shown));
  fillRows(byId("card-rows"), cardRowsOf(asset, shown));
}

/** @type {(state: string, text: string, detail: string) => void} */
function showState(state, text, detail) {
  byId("state").dataset.state = state;
  setText(byId("headline"), text);
  setText(byId("subline"), detail);
}

function showSilence() {
  silentSinceMs ??= Date.now();
  document.body.classList.add("silent");
  showState("silent", silenceOf(silentSinceMs), "");
}

for (const region of document.querySelectorAll(".scroll")) region.setAttribute("tabindex", "0");
filter.addEventListener("input", showFound);
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) poll();
});

poll();
