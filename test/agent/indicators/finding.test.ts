import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Connection } from "../../../agent/core/model.ts";
import {
  ACTIVE_INDICATORS_MAX,
  type ActiveIndicator,
  indicatorFindingsOf,
  readActiveIndicators,
} from "../../../agent/indicators/finding.ts";
import { parseIndicators } from "../../../agent/indicators/parse.ts";
import { createIndicatorSet } from "../../../agent/indicators/set.ts";
import { connection, windowOf } from "../../fixtures/window.ts";

const test = suite("indicators: findings");

const setOf = (text: string) =>
  createIndicatorSet(parseIndicators({ name: "bad.txt", text }).indicators);

const listeningOn502 = [{ port: 502, address: "0.0.0.0", interface: "0.0.0.0" }];
const windowWith = (established: Connection[], listeningTcp = listeningOn502, endWallMs = 1000) =>
  windowOf({ endWallMs, sockets: { listeningTcp, listeningUdp: [], established } });
const to = (remoteAddress: string, remotePort: number) =>
  connection("10.0.0.7", 40_000, remoteAddress, remotePort);
const from = (remoteAddress: string, remotePort: number) =>
  connection("10.0.0.7", 502, remoteAddress, remotePort);

test("a peer comes, stays and goes: one alarm, then one clearing, under one id", () => {
  const set = setOf("203.0.113.0/24\n203.0.113.9:443\n10.0.0.1");
  const meets = windowWith([to("203.0.113.9", 443), to("203.0.113.9", 8443), to("10.0.0.9", 443)]);
  const first = indicatorFindingsOf(meets, "gw", set, []);
  assert.is(first.findings.length, 1);
  const [alarm] = first.findings;
  assert.equal(
    { ...alarm, id: "" },
    {
      id: "",
      event: "in-alarm",
      thing: "gw",
      source: { kind: "rule", rule: "threat_indicator" },
      subject: "203.0.113.9",
      why: "203.0.113.9 is named by bad.txt (line 1), bad.txt (line 2); the device is connected to TCP port 443, 8443 there",
      numbers: { connections: 2, indicators: 2 },
      severity: "high",
      techniques: ["T0869", "T0885"],
      sinceWallMs: 1000,
      wallMs: 1000,
      basis: set.hash,
    },
  );
  assert.match(alarm!.id, /^[0-9a-f]{32}$/);
  assert.equal(indicatorFindingsOf(meets, "gw", set, []).findings, first.findings);

  const saved = readActiveIndicators(JSON.parse(JSON.stringify(first.active)));
  const stays = indicatorFindingsOf(
    windowWith(meets.sockets!.established.slice(0, 1)),
    "gw",
    set,
    saved,
  );
  assert.equal(stays.findings, []);
  const blind = indicatorFindingsOf(windowOf({ sockets: null }), "gw", set, stays.active);
  assert.equal(blind, { findings: [], active: stays.active });
  const gone = indicatorFindingsOf(windowWith([], listeningOn502, 5000), "gw", set, blind.active);
  assert.equal(
    gone.findings.map(({ id, event, sinceWallMs, wallMs }) => [id, event, sinceWallMs, wallMs]),
    [[alarm!.id, "alarm-cleared", 1000, 5000]],
  );
  assert.match(gone.findings[0]!.why, "no longer among");
  assert.equal(gone.active, []);
});

test("an indicator that is withdrawn clears, and says that the peer is still there", () => {
  const window = windowWith([to("203.0.113.9", 443)]);
  const { active } = indicatorFindingsOf(window, "gw", setOf("203.0.113.9"), []);
  const { findings } = indicatorFindingsOf(window, "gw", setOf(""), active);
  assert.equal(
    findings.map(({ event }) => event),
    ["alarm-cleared"],
  );
  assert.match(findings[0]!.why, "still there");
});

test("a port is a destination's: the port of a client that connects here is chance", () => {
  const set = setOf("port/50050\n203.0.113.9:50050");
  const subjectsOf = (established: Connection[], listening = listeningOn502) =>
    indicatorFindingsOf(windowWith(established, listening), "gw", set, []).findings.map(
      ({ subject }) => subject,
    );
  assert.equal(subjectsOf([to("10.0.0.9", 50_050)]), ["10.0.0.9"]);
  assert.equal(subjectsOf([from("10.0.0.9", 50_050), from("203.0.113.9", 50_050)]), []);
  const listener = [{ port: 50_050, address: "::", interface: "::" }];
  assert.equal(subjectsOf([], listener), ["tcp/50050"]);
});

test("who connects to the device is met by address", () => {
  const set = setOf("2001:db8::9");
  const window = windowWith([from("2001:db8::9", 51_000)]);
  const { findings } = indicatorFindingsOf(window, "gw", set, []);
  assert.match(findings[0]!.why, "it is connected to the device's TCP port 502");
});

test("what is open at once has a bound, and the rest comes when there is room", () => {
  const set = setOf("10.0.0.0/8");
  const peers = Array.from({ length: ACTIVE_INDICATORS_MAX + 1 }, (_, i) =>
    to(`10.1.${i >> 8}.${i & 255}`, 443),
  );
  const full = indicatorFindingsOf(windowWith(peers), "gw", set, []);
  assert.is(full.findings.length, ACTIVE_INDICATORS_MAX);
  const next = indicatorFindingsOf(windowWith(peers.slice(1)), "gw", set, full.active);
  assert.equal(
    next.findings.map(({ event, subject }) => [event, subject]),
    [
      ["alarm-cleared", "10.1.0.0"],
      ["in-alarm", `10.1.${ACTIVE_INDICATORS_MAX >> 8}.${ACTIVE_INDICATORS_MAX & 255}`],
    ],
  );
});

test("saved state that is not of its form is left out", () => {
  const good: ActiveIndicator = { id: "0".repeat(32), subject: "10.0.0.1", sinceWallMs: 5 };
  const bad = [
    null,
    7,
    {},
    { ...good, id: "x" },
    { ...good, subject: 1 },
    { ...good, sinceWallMs: "5" },
  ];
  assert.equal(readActiveIndicators([...bad, good]), [good]);
  for (const saved of [null, undefined, 7, "x", {}]) assert.equal(readActiveIndicators(saved), []);
});

test.run();
