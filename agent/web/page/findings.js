// What the page says of findings: what lasts first, then what was found lately.
import { countOf, nounOf, whenOf } from "./format.js";

/**
 * @typedef {import("../../core/status.ts").AgentStatus} AgentStatus
 * @typedef {import("./dom.js").Row} Row
 */

/** Rows of findings; the record on disk has them all. */
const ROWS_MAX = 12;

/** @type {Record<import("../../core/finding.ts").FindingEvent, { text: string, kind: string }>} */
const eventWords = {
  "in-alarm": { text: "in alarm", kind: "bad" },
  "alarm-cleared": { text: "cleared", kind: "ok" },
  "alarm-invalidated": { text: "not judged any more", kind: "warn" },
};

/** @type {(status: AgentStatus) => Row[]} */
export function findingRowsOf({ alerts, wallMs }) {
  const lasting = new Set(alerts.active.map(({ finding }) => finding.id));
  const over = alerts.recent.filter(
    ({ finding }) => finding.event !== "in-alarm" && !lasting.has(finding.id),
  );
  return [...alerts.active, ...over].slice(0, ROWS_MAX).map(({ finding, count }) => {
    const { text, kind } = eventWords[finding.event];
    return {
      cells: [
        { text: whenOf(finding.wallMs, wallMs), kind: "time" },
        { text, kind: `word ${kind}` },
        finding.severity,
        { text: finding.why, kind: "address" },
        { text: countOf(count), kind: "n" },
      ],
    };
  });
}

/** How many last, and whether they were told. @type {(status: AgentStatus) => string} */
export function findingCountsOf({ alerts }) {
  const waiting = alerts.outputs.reduce((sum, output) => sum + output.waiting, 0);
  const words = [
    alerts.active.length === 0 ? "none lasts" : `${countOf(alerts.active.length)} last`,
  ];
  if (waiting > 0) words.push(`${nounOf(waiting, "message")} waiting to be told`);
  if (alerts.problem !== "") words.push(alerts.problem);
  return words.join(" · ");
}
