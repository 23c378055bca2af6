// Asks the agent for its status and shows it, as long as somebody looks. HMIs keep their browser for
// years: nothing here is newer than Chromium 87, which Qt WebEngine 5.15 is made of.
import { byId } from "./dom.js";
import { timeOf } from "./format.js";
import { createPlot } from "./plot.js";
import { showHeadline, showSockets, showState, showTiles } from "./tiles.js";
import { silenceOf } from "./view.js";

const POLL_MS = 2_000;
/** A silent agent is asked ever more rarely, up to this. */
const POLL_MS_MAX = 30_000;
const ANSWER_MS_MAX = 5_000;

const plot = createPlot();
const filter = /** @type {HTMLInputElement} */ (byId("filter"));
/** @type {import("./view.js").StatusDocument | null} */
let shown = null;
/** @type {number | null} */
let silentSinceMs = null;
let delayMs = POLL_MS;
let timer = 0;
let isAsking = false;

async function poll() {
  if (isAsking) return;
  isAsking = true;
  try {
    const status = await asked();
    delayMs = status === null ? Math.min(2 * delayMs, POLL_MS_MAX) : POLL_MS;
    if (status === null) showSilence();
    else show(status);
  } finally {
    isAsking = false;
    if (!document.hidden) timer = setTimeout(poll, delayMs);
  }
}

/** Null when there is no answer: the agent is gone, too slow or in trouble. */
async function asked() {
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), ANSWER_MS_MAX);
  try {
    const answer = await fetch("/api/status", { signal: abort.signal });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(late);
  }
}

/** @type {(status: import("./view.js").StatusDocument) => void} */
function show(status) {
  shown = status;
  silentSinceMs = null;
  document.body.classList.remove("silent");
  showHeadline(status);
  showTiles(status);
  showSockets(status, filter.value);
  plot.update(status.perSecond);
}

function showSilence() {
  silentSinceMs ??= Date.now();
  document.body.classList.add("silent");
  const last = shown === null ? "" : `What is below is from ${timeOf(shown.wallMs)}`;
  showState("silent", silenceOf(silentSinceMs), last, []);
}

// Older browsers' keyboards reach a table that scrolls only so.
for (const region of document.querySelectorAll(".scroll")) region.setAttribute("tabindex", "0");

filter.addEventListener("input", () => {
  if (shown !== null) showSockets(shown, filter.value);
});

// Nobody looks at a hidden page, and the gateway has better things to do.
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) {
    delayMs = POLL_MS;
    poll();
  }
});

poll();
