// What the page says of a status: pure functions, values in, words out.
import { bytesOf, countOf, durationOf, nounOf, scaled, timeOf, whenOf } from "./format.js";
import { usualUseOf } from "./ports.js";

/**
 * @typedef {import("../../core/status.ts").AgentStatus} AgentStatus
 * @typedef {AgentStatus & { health: import("../health.ts").Health }} StatusDocument What /api/status answers.
 * @typedef {import("./dom.js").Row} Row
 * @typedef {[string, import("./dom.js").Cell]} Fact
 */

/** Rows of one table; the filter finds the others. */
export const ROWS_MAX = 200;

/** The first thing to read: is it fine? @type {(status: StatusDocument) => { text: string, detail: string }} */
export function headlineOf(status) {
  const { connection, reports, nextReportInS, lastAcceptedAgoS } = status;
  const accepted =
    lastAcceptedAgoS === null
      ? "No report accepted yet"
      : `Last report accepted ${durationOf(lastAcceptedAgoS)} ago`;
  const next = nextReportInS > 0 ? `next in ${durationOf(nextReportInS)}` : "the next is due";
  const detail = `${accepted} · ${next}`;
  if (isDown(status)) return { text: offlineOf(status), detail };
  const newest = reports.find(({ outcome }) => outcome !== "spooled");
  const to = hostOf(connection.endpoint);
  if (newest?.outcome === "rejected") return { text: "The last report was rejected", detail };
  if (newest?.outcome === "lost") return { text: "Reports are being lost", detail };
  if (lastAcceptedAgoS === null) return { text: `Ready to report to ${to}`, detail };
  return { text: `Reporting to ${to}`, detail };
}

/** @type {(status: AgentStatus) => boolean} */
export function isDown({ connection }) {
  return connection.state === "connecting" || connection.state === "disconnected";
}

/** @type {(status: AgentStatus) => string} */
function offlineOf({ spool }) {
  const kept =
    spool.records === 0 ? "no report waits" : `${nounOf(spool.records, "report")} kept on disk`;
  const lost = spool.lostRecords === 0 ? "nothing lost" : `${countOf(spool.lostRecords)} lost`;
  return `Offline: ${kept}, ${lost}`;
}

/** "mqtts://host:8883" -> "host"; AWS by its name and region; a path stays. @type {(endpoint: string) => string} */
export function hostOf(endpoint) {
  const host = /^[a-z]+:\/\/(\[[^\]]+\]|[^/:]+)/.exec(endpoint)?.[1] ?? endpoint;
  const region = /\.iot\.([a-z\d-]+)\.amazonaws\.com(\.cn)?$/.exec(host)?.[1];
  return region === undefined ? host : `AWS IoT ${region}`;
}

/** @type {Record<AgentStatus["connection"]["state"], { text: string, kind: string }>} */
export const connectionWords = {
  connected: { text: "Connected", kind: "ok" },
  connecting: { text: "Connecting …", kind: "warn" },
  disconnected: { text: "Not connected", kind: "bad" },
  unused: { text: "No network needed", kind: "ok" },
};

/** @type {(status: AgentStatus) => Fact[]} */
export function connectionFactsOf({ connection, transport, reports }) {
  const { counts } = connection;
  const { connectionAttempts: tries, connectionFailures: failed, disconnects } = counts;
  return [
    ["Through", reports[0] === undefined ? transport : `${transport}, ${reports[0].format}`],
    ["Sent", `${nounOf(counts.messagesSent, "message")}, ${bytesOf(counts.bytesSent)}`],
    ["Received", `${nounOf(counts.messagesReceived, "message")}, ${bytesOf(counts.bytesReceived)}`],
    [
      "Attempts",
      `${countOf(tries)} (${countOf(failed)} failed), ${nounOf(disconnects, "disconnect")}`,
    ],
  ];
}

/** @type {(status: AgentStatus) => Fact[]} */
export function spoolFactsOf({ spool, wallMs }) {
  const { oldestWallMs, lostRecords } = spool;
  const oldest = oldestWallMs === null ? "–" : `${durationOf((wallMs - oldestWallMs) / 1000)} old`;
  /** @type {import("./dom.js").Cell} */
  const lost = lostRecords === 0 ? "nothing" : { text: nounOf(lostRecords, "report"), kind: "bad" };
  return [
    ["Oldest", oldest],
    ["Kept for", `at most ${durationOf(spool.ageMsMax / 1000)}`],
    ["Lost", lost],
    ["Written to flash", bytesOf(spool.bytesWritten)],
  ];
}

/** @type {(status: AgentStatus) => string} */
export function reportCountsOf({ outcomes }) {
  const { created, accepted, rejected, throttled, unreachable } = outcomes;
  const rest = Object.entries({ rejected, throttled, unreachable }).filter(
    ([, count]) => count > 0,
  );
  const words = [`${countOf(created)} made`, `${countOf(accepted)} accepted`];
  return [...words, ...rest.map(([word, count]) => `${countOf(count)} ${word}`)].join(" · ");
}

/** @type {Record<AgentStatus["reports"][number]["outcome"], { text: string, kind: string }>} */
const outcomeWords = {
  accepted: { text: "accepted", kind: "ok" },
  spooled: { text: "on disk", kind: "warn" },
  rejected: { text: "rejected", kind: "bad" },
  lost: { text: "lost", kind: "bad" },
};

/** A row per report, and one below it that says why where it went wrong. @type {(status: AgentStatus) => Row[]} */
export function reportRowsOf({ reports, wallMs }) {
  if (reports.length === 0) return [noteOf("No report was made yet.", 8)];
  return reports.flatMap((report) => {
    const { text, kind } = outcomeWords[report.outcome];
    const { listeningTcp, listeningUdp, established, customMetrics } = report;
    /** @type {Row} */
    const row = {
      cells: [
        { text: whenOf(report.wallMs, wallMs), kind: "time" },
        { text, kind: `word ${kind}` },
        { text: String(report.id), kind: "time" },
        { text: bytesOf(report.bytes), kind: "n" },
        ...[listeningTcp, listeningUdp, established, customMetrics].map(countCell),
      ],
    };
    if (report.reason === "") return [row];
    return [row, { kind: "why", cells: [{ text: report.reason, span: 8 }] }];
  });
}

/** A line in place of the rows that are not there. @type {(text: string, columns: number) => Row} */
function noteOf(text, columns) {
  return { cells: [{ text, kind: "empty", span: columns }] };
}

/** @type {(count: number) => { text: string, kind: string }} */
function countCell(count) {
  return { text: countOf(count), kind: "n" };
}

/** @type {[name: keyof NonNullable<AgentStatus["traffic"]>, title: string, amountOf: (amount: number) => string][]} */
const seriesShown = [
  ["bytes_in", "Bytes in", bytesOf],
  ["bytes_out", "Bytes out", bytesOf],
  ["packets_in", "Packets in", (packets) => scaled(packets, "")],
  ["packets_out", "Packets out", (packets) => scaled(packets, "")],
];

/** @type {(status: AgentStatus) => Row[]} */
export function statisticsRowsOf({ traffic }) {
  if (traffic === null) return [noteOf("Not available.", 7)];
  return seriesShown.map(([name, title, amountOf]) => {
    const { ratePerS, p50, p99, max, burstCount, burstSecondsMax } = traffic[name];
    const longest = burstCount === 0 ? "–" : durationOf(burstSecondsMax);
    const figures = [...[ratePerS, p50, p99, max].map(amountOf), countOf(burstCount), longest];
    return {
      cells: [{ text: title, kind: "time" }, ...figures.map((text) => ({ text, kind: "n" }))],
    };
  });
}

/** @type {(status: AgentStatus) => Row[]} */
export function listeningRowsOf({ sockets }) {
  if (sockets === null) return [noteOf("Not available.", 4)];
  return [
    ...sockets.listeningTcp.map((of) => ({ ...of, protocol: "TCP" })),
    ...sockets.listeningUdp.map((of) => ({ ...of, protocol: "UDP" })),
  ].map(({ port, protocol, address, interface: owner }) => ({
    cells: [
      { text: `${protocol} ${port}`, kind: "time" },
      usualUseOf(port),
      isWildcard(owner) ? "all" : owner,
      { text: isWildcard(address) ? `any (${address})` : address, kind: "address" },
    ],
  }));
}

/** @type {(address: string) => boolean} */
function isWildcard(address) {
  return address === "0.0.0.0" || address === "::";
}

/** One row per peer, service and interface; the most connections first. @type {(status: AgentStatus) => Row[]} */
export function peerRowsOf({ sockets }) {
  if (sockets === null) return [noteOf("Not available.", 4)];
  const ours = new Set(sockets.listeningTcp.map(({ port }) => port));
  /** @type {Map<string, { cells: string[], open: number }>} */
  const groups = new Map();
  for (const { remoteAddress, remotePort, localPort, localInterface } of sockets.established) {
    // Who called whom is not in the table: a port that listens here was called.
    const [direction, port] = ours.has(localPort) ? ["in", localPort] : ["out", remotePort];
    const service = `${direction} ${port} ${usualUseOf(port)}`.trimEnd();
    const cells = [remoteAddress, service, localInterface];
    const group = groups.get(cells.join(" ")) ?? { cells, open: 0 };
    group.open++;
    groups.set(cells.join(" "), group);
  }
  return [...groups.values()]
    .sort((a, b) => b.open - a.open || (a.cells[0] < b.cells[0] ? -1 : 1))
    .map(({ cells: [peer, ...rest], open }) => ({
      cells: [{ text: peer, kind: "address" }, ...rest, countCell(open)],
    }));
}

/** The rows that hold every word of the filter, at most ROWS_MAX, and a word on the rest. @type {(rows: Row[], filter: string, columns: number) => Row[]} */
export function filteredOf(rows, filter, columns) {
  const words = filter.toLowerCase().split(/\s+/);
  const found = rows.filter(({ cells }) => {
    const line = cells.map((cell) => (typeof cell === "string" ? cell : cell.text)).join(" ");
    return words.every((word) => line.toLowerCase().includes(word));
  });
  if (found.length === 0)
    return [noteOf(rows.length === 0 ? "None." : "None that fits the filter.", columns)];
  if (found.length <= ROWS_MAX) return found;
  const more = `And ${countOf(found.length - ROWS_MAX)} more: filter to find them.`;
  return [...found.slice(0, ROWS_MAX), noteOf(more, columns)];
}

/** @type {(status: AgentStatus) => Row[]} */
export function lossRowsOf({ spool, wallMs }) {
  return [...spool.losses].reverse().map(({ fromId, toId, count, reason, wallMs: noticedMs }) => ({
    cells: [
      { text: whenOf(noticedMs, wallMs), kind: "time" },
      { text: fromId === toId ? String(fromId) : `${fromId} to ${toId}`, kind: "time" },
      { text: countOf(count), kind: "n" },
      lossWords[reason],
    ],
  }));
}

/** @type {Record<AgentStatus["spool"]["losses"][number]["reason"], string>} */
const lossWords = {
  "bytes-max": "dropped: the spool had reached its bound",
  "age-max": "dropped: older than the spool keeps reports",
  "disk-full": "the disk was full",
  "disk-error": "the disk could not be written",
  corrupt: "damaged on disk",
};

/** @type {(status: AgentStatus) => Fact[]} */
export function agentFactsOf(status) {
  const { process, uptimeS, collectors, reportIntervalS } = status;
  const slowest = [...collectors].sort((a, b) => b.durationMs - a.durationMs)[0];
  const allMs = collectors.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return [
    ["Memory", bytesOf(process.rssBytes)],
    ["CPU", `${((100 * process.cpuS) / Math.max(1, uptimeS)).toFixed(2)} % since start`],
    ["Running for", durationOf(uptimeS)],
    ["Report every", durationOf(reportIntervalS)],
    [
      "Collecting",
      slowest
        ? `${allMs.toFixed(1)} ms; slowest: ${slowest.name}, ${slowest.durationMs.toFixed(1)} ms`
        : "–",
    ],
  ];
}

/** @type {(status: AgentStatus) => string[]} */
export function problemsOf({ problems }) {
  return problems.map(({ collector, reason }) => `${collector}: ${reason}`);
}

/** @type {(status: AgentStatus) => string} */
export function statisticsWindowOf({ traffic }) {
  return traffic === null ? "" : `over ${durationOf(traffic.bytes_in.seconds)}`;
}

/** Since when the agent has not answered. @type {(sinceMs: number) => string} */
export const silenceOf = (sinceMs) => `The agent does not answer since ${timeOf(sinceMs)}`;
