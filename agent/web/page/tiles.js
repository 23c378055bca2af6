// From a status to the page, tile by tile.
import { byId, fillFacts, fillList, fillMeters, fillRows, setText } from "./dom.js";
import { findingCountsOf, findingRowsOf } from "./findings.js";
import { bytesOf, countOf, nounOf, timeOf } from "./format.js";
import { hardwareFactsOf, hardwareMetersOf } from "./hardware.js";
import { meterOf } from "./meter.js";
import * as view from "./view.js";

/** @typedef {import("./view.js").StatusDocument} StatusDocument */

/** Reasons in the headline; the tiles hold the rest. */
const REASONS_SHOWN_MAX = 2;

/** @type {(status: StatusDocument) => void} */
export function showHeadline(status) {
  const { text, detail } = view.headlineOf(status);
  const { state, reasons } = status.health;
  showState(state, text, detail, reasons);
  setText(byId("thing"), status.thing);
  setText(byId("time"), timeOf(status.wallMs));
  setText(byId("version"), status.version);
  document.title = `${state === "ok" ? "" : "! "}${status.thing} · Fieldwarden`;
}

/** @type {(state: string, text: string, detail: string, reasons: readonly string[]) => void} */
export function showState(state, text, detail, reasons) {
  byId("state").dataset.state = state;
  setText(byId("headline"), text);
  setText(byId("subline"), detail);
  const more = reasons.length - REASONS_SHOWN_MAX;
  const shown = reasons.slice(0, REASONS_SHOWN_MAX);
  fillList(byId("reasons"), more > 0 ? [...shown, `and ${nounOf(more, "reason")} more`] : shown);
}

/** @type {(status: StatusDocument) => void} */
export function showTiles(status) {
  showConnection(status);
  showSpool(status);
  showFindings(status);
  fillMeters(byId("device-meters"), hardwareMetersOf(status));
  fillFacts(byId("hardware-facts"), hardwareFactsOf(status));
  setText(byId("report-counts"), view.reportCountsOf(status));
  fillRows(byId("report-rows"), view.reportRowsOf(status));
  setText(byId("statistics-window"), view.statisticsWindowOf(status));
  fillRows(byId("statistics-rows"), view.statisticsRowsOf(status));
  fillFacts(byId("agent-facts"), view.agentFactsOf(status));
  fillList(byId("problems"), view.problemsOf(status));
}

/** @type {(status: StatusDocument) => void} */
function showConnection(status) {
  const { text, kind } = view.connectionWords[status.connection.state];
  const word = byId("connection-state");
  word.className = `word ${kind}`;
  setText(word, text);
  setText(byId("connection-endpoint"), status.connection.endpoint);
  // Without a connection the headline gives the reason.
  setText(byId("connection-detail"), view.isDown(status) ? "" : status.connection.detail);
  fillFacts(byId("connection-facts"), view.connectionFactsOf(status));
}

/** @type {(status: StatusDocument) => void} */
function showSpool(status) {
  const { spool } = status;
  const word = byId("spool-records");
  word.className = `word ${spool.lostRecords > 0 ? "bad" : spool.records > 0 ? "warn" : "ok"}`;
  setText(
    word,
    spool.records === 0 ? "Nothing waits" : `${nounOf(spool.records, "report")} waiting`,
  );
  const text = `${bytesOf(spool.bytes)} of ${bytesOf(spool.bytesMax)}`;
  fillMeters(byId("spool-bar"), [meterOf("Space", spool.bytes / spool.bytesMax, () => text)]);
  fillFacts(byId("spool-facts"), view.spoolFactsOf(status));
  byId("losses").hidden = spool.losses.length === 0;
  fillRows(byId("loss-rows"), view.lossRowsOf(status));
}

/** @type {(status: StatusDocument) => void} */
function showFindings(status) {
  const rows = findingRowsOf(status);
  byId("findings").hidden = rows.length === 0;
  setText(byId("finding-counts"), findingCountsOf(status));
  fillRows(byId("finding-rows"), rows);
}

/** @type {(status: StatusDocument, filter: string) => void} */
export function showSockets(status, filter) {
  const { sockets } = status;
  const listening =
    sockets === null ? null : sockets.listeningTcp.length + sockets.listeningUdp.length;
  setText(byId("listening-count"), listening === null ? "not available" : countOf(listening));
  const open = sockets === null ? "not available" : `${countOf(sockets.established.length)} open`;
  setText(byId("peer-count"), open);
  fillRows(byId("listening-rows"), view.filteredOf(view.listeningRowsOf(status), filter, 4));
  fillRows(byId("peer-rows"), view.filteredOf(view.peerRowsOf(status), filter, 4));
}
