import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AgentStatus, ReportOutcome } from "../../../agent/core/status.ts";
import { type Health, healthOf } from "../../../agent/web/health.ts";
import { exampleReports, exampleStatus, failingStatus } from "../../fixtures/agent-status.ts";

const test = suite("web: health");
const healthy = exampleStatus();
const { connection, spool, wallMs } = healthy;

const loss = (agoS: number) => ({
  losses: [
    { fromId: 1, toId: 4, count: 4, reason: "age-max" as const, wallMs: wallMs - 1000 * agoS },
  ],
  lostRecords: 4,
});
/** The newest reports, in this order; all before them were accepted. */
const reports = (...outcomes: ReportOutcome[]) =>
  exampleReports((at) => ({
    outcome: outcomes[at] ?? "accepted",
    reason: outcomes[at] === undefined ? "" : "because",
  }));
const down = { ...connection, state: "disconnected" as const, detail: "connection refused" };

/** The report interval is 300 s. [what, its change, state, the first reason] */
const table: [string, Partial<AgentStatus>, Health["state"], RegExp?][] = [
  ["all is well", {}, "ok"],
  ["no report yet", { reports: [], lastAcceptedAgoS: null, uptimeS: 5 }, "ok"],
  ["no network needed", { connection: { ...connection, state: "unused" } }, "ok"],
  ["a report waits", { reports: reports("spooled") }, "ok"],
  [
    "just cut off",
    { connection: down, lastAcceptedAgoS: 900 },
    "degraded",
    /^No connection: connection refused\.$/,
  ],
  [
    "cut off for long",
    { connection: down, lastAcceptedAgoS: 901 },
    "failing",
    /^No connection, and no report accepted for 15 min: connection refused\.$/,
  ],
  [
    "never connected",
    { connection: { ...down, state: "connecting", detail: "" }, lastAcceptedAgoS: null },
    "failing",
    /accepted for 26 h: connecting\.$/,
  ],
  ["quiet but connected", { lastAcceptedAgoS: 5000 }, "ok"],
  ["rejected once", { reports: reports("spooled", "rejected") }, "degraded", /rejected: because\./],
  ["rejected twice", { reports: reports("rejected", "rejected") }, "degraded", /rejected/],
  ["rejected long ago", { reports: reports("accepted", "rejected") }, "ok"],
  [
    "rejected always",
    { reports: reports("spooled", "rejected", "rejected", "rejected") },
    "failing",
    /^The last 3 reports were rejected: because\.$/,
  ],
  ["newest lost", { reports: reports("lost") }, "failing", /^The newest report was lost: because/],
  ["lost now", { spool: { ...spool, ...loss(60) } }, "failing", /^4 reports were lost lately/],
  ["lost, clock set back", { spool: { ...spool, ...loss(-60) } }, "failing", /^4 reports/],
  ["lost once", { spool: { ...spool, ...loss(901) } }, "ok"],
  [
    "spool nearly full",
    { spool: { ...spool, bytes: 15e6 } },
    "degraded",
    /^The spool is 89 % full/,
  ],
  [
    "a collector fails",
    { problems: [{ collector: "sockets", reason: "permission denied" }] },
    "degraded",
    /^sockets: permission denied\.$/,
  ],
  ["report due", { nextReportInS: -300 }, "ok"],
  ["loop stuck", { nextReportInS: -301 }, "failing", /overdue by 5 min/],
];

for (const [what, change, state, reason] of table) {
  test(`${what}: ${state}`, () => {
    const health = healthOf(exampleStatus(change));
    assert.is(health.state, state, health.reasons.join(" "));
    if (reason === undefined) assert.equal(health.reasons, []);
    else assert.match(health.reasons[0] ?? "", reason);
  });
}

test("says all reasons, the gravest first", () => {
  const { state, reasons } = healthOf(failingStatus());
  assert.is(state, "failing");
  assert.is(reasons.length, 6);
  assert.match(reasons[0]!, "5 reports were lost lately: the spool is full.");
  assert.match(reasons[5]!, "temperature:");
});

test.run();
