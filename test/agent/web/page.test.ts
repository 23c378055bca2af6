/** The page's pure parts. What they look like is test/e2e/status-page.test.ts. */
import { readFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AgentStatus, SecondOfTraffic } from "../../../agent/core/status.ts";
import { exampleStatus, offlineStatus } from "../../fixtures/agent-status.ts";

const page = new URL("../../../agent/web/page/", import.meta.url);

interface Cell {
  text: string;
}
interface Row {
  cells: (string | Cell)[];
}
interface Format {
  scaled(value: number, unit: string): string;
  durationOf(seconds: number): string;
  percentOf(ratio: number): string;
  whenOf(wallMs: number, nowMs: number): string;
}
interface View {
  ROWS_MAX: number;
  headlineOf(status: AgentStatus): { text: string; detail: string };
  hostOf(endpoint: string): string;
  peerRowsOf(status: AgentStatus): Row[];
  filteredOf(rows: Row[], filter: string, columns: number): Row[];
}
interface Hardware {
  hardwareMetersOf(status: AgentStatus): { name: string; text: string; kind: string }[];
}
interface Plot {
  columnsOf(seconds: readonly SecondOfTraffic[]): [number[], (number | null)[], (number | null)[]];
}

const format = (await import(new URL("format.js", page).href)) as Format;
const view = (await import(new URL("view.js", page).href)) as View;
const hardware = (await import(new URL("hardware.js", page).href)) as Hardware;
const plot = (await import(new URL("plot.js", page).href)) as Plot;

const lineOf = ({ cells }: Row) =>
  cells.map((cell) => (typeof cell === "string" ? cell : cell.text)).join("|");

const test = suite("web: page");

test("numbers keep three digits", () => {
  const figures = [0, 0.5, 7, 999, 999.6, 1000, 4211, 65_536, 999_499, 999_999, 1e9, 1e18, -1500];
  assert.equal(
    figures.map((figure) => format.scaled(figure, "B")),
    // biome-ignore format: one line of input, one of output
    ["0 B", "0.50 B", "7 B", "999 B", "1.00 kB", "1.00 kB", "4.21 kB", "65.5 kB", "999 kB", "1.00 MB", "1.00 GB", "1000 PB", "-1.50 kB"],
  );
});

test("durations have at most two units", () => {
  const durations = [-3, 0, 59.4, 60, 245, 3600, 10_920, 86_400, 792_000];
  assert.equal(durations.map(format.durationOf), [
    "0 s",
    "0 s",
    "59 s",
    "1 min",
    "4 min 5 s",
    "1 h",
    "3 h 2 min",
    "1 d",
    "9 d 4 h",
  ]);
});

test("shares are percent, small ones with a digit more", () => {
  assert.equal([0, 0.0123, 0.0996, 0.231, 1].map(format.percentOf), [
    "0 %",
    "1.2 %",
    "10 %",
    "23 %",
    "100 %",
  ]);
});

test("a time of another day has its date", () => {
  const now = new Date(2026, 2, 2, 9, 15, 0).getTime();
  assert.is(format.whenOf(now - 60_000, now), "09:14:00");
  assert.is(format.whenOf(now - 86_400_000, now), "2026-03-01 09:15:00");
});

test("the headline says how it is", () => {
  const healthy = exampleStatus();
  const { connection, reports, spool } = healthy;
  const text = (change: Partial<AgentStatus>) => view.headlineOf(exampleStatus(change)).text;
  assert.equal(view.headlineOf(healthy), {
    text: "Reporting to AWS IoT eu-central-1",
    detail: "Last report accepted 12 s ago · next in 4 min 48 s",
  });
  assert.is(text({ lastAcceptedAgoS: null }), "Ready to report to AWS IoT eu-central-1");
  assert.is(
    text({ reports: [{ ...reports[0]!, outcome: "rejected" }] }),
    "The last report was rejected",
  );
  assert.is(text({ reports: [{ ...reports[0]!, outcome: "lost" }] }), "Reports are being lost");
  const down = { ...connection, state: "connecting" as const };
  assert.is(text({ connection: down }), "Offline: no report waits, nothing lost");
  assert.is(view.headlineOf(offlineStatus()).text, "Offline: 3 reports kept on disk, nothing lost");
  const lossy = { ...spool, records: 1, lostRecords: 1200 };
  assert.is(text({ connection: down, spool: lossy }), "Offline: 1 report kept on disk, 1,200 lost");
});

test("an endpoint is named by its host", () => {
  const endpoints = [
    "mqtts://127.0.0.1:8883",
    "mqtts://[::1]:8883/x",
    "/var/lib/x/reports",
    "mqtts://x.iot.cn-north-1.amazonaws.com.cn:443",
  ];
  assert.equal(endpoints.map(view.hostOf), [
    "127.0.0.1",
    "[::1]",
    "/var/lib/x/reports",
    "AWS IoT cn-north-1",
  ]);
});

test("peers are grouped by address, service and interface", () => {
  const rows = view.peerRowsOf(exampleStatus()).map(lineOf);
  assert.is(rows.length, 12);
  assert.is(rows[0], "192.168.10.50|in 502 Modbus|eth1|3");
  assert.ok(rows.includes("192.168.10.11|out 102 S7comm, MMS|eth1|1"));
});

test("the filter wants every word, and a long table is cut with a word on the rest", () => {
  const rows = Array.from({ length: view.ROWS_MAX + 5 }, (_, at) => ({
    cells: [`10.0.0.${at}`, "eth0"],
  }));
  assert.is(view.filteredOf(rows, "ETH0 10.0.0.7", 2).length, 11);
  const all = view.filteredOf(rows, "", 2);
  assert.is(all.length, view.ROWS_MAX + 1);
  assert.is(lineOf(all.at(-1)!), "And 5 more: filter to find them.");
  assert.is(lineOf(view.filteredOf(rows, "eth1", 2)[0]!), "None that fits the filter.");
  assert.is(lineOf(view.filteredOf([], "", 2)[0]!), "None.");
});

test("hardware: the fullest disk, the hottest sensor, the CPU by its time", () => {
  const meters = hardware.hardwareMetersOf(exampleStatus());
  assert.equal(
    meters.map(({ name, text, kind }) => [name, text, kind]),
    [
      ["CPU", "23 %", ""],
      ["Memory", "430 MB of 1.03 GB", ""],
      ["Disk /data", "225 MB of 268 MB", "warn"],
      ["Temperature", "54 °C", ""],
    ],
  );
  const absent = hardware.hardwareMetersOf(exampleStatus({ gauges: [], deltas: [] }));
  assert.ok(absent.every(({ text }) => text === "not available"));
});

test("the plot has a hole where nothing was measured, and starts after a clock's jump back", () => {
  const at = (wallMs: number) => ({ wallMs, bytesIn: 1, bytesOut: 2 });
  assert.equal(plot.columnsOf([at(1000), at(2000), at(9000)]), [
    [1, 2, 3, 9],
    [1, 1, null, 1],
    [2, 2, null, 2],
  ]);
  assert.equal(plot.columnsOf([at(90_000), at(91_000), at(5000), at(6000)])[0], [5, 6]);
  assert.equal(plot.columnsOf([]), [[], [], []]);
});

/** WCAG 2.1, relative luminance and contrast ratio. */
function contrastOf(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

test("text has WCAG AA's contrast of 4.5, light and dark", async () => {
  const css = await readFile(new URL("theme.css", page), "utf8");
  const palettes = [...css.matchAll(/:root \{([^}]*--ground[^}]*)\}/g)].map(
    ([, block]) =>
      new Map([...block!.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, k, v]) => [k!, v!])),
  );
  assert.is(palettes.length, 2);
  const pairs = [
    "text card",
    "muted card",
    "ok card",
    "warn card",
    "bad card",
    "in card",
    "out card",
  ];
  pairs.push(
    "bar ground",
    "card ok",
    "card warn",
    "card bad",
    "warn warn-ground",
    "bad bad-ground",
  );
  for (const tone of ["ok", "warn", "bad"])
    pairs.push(`text ${tone}-ground`, `muted ${tone}-ground`);
  for (const colors of palettes) {
    for (const pair of pairs) {
      const [text, ground] = pair.split(" ").map((name) => colors.get(name)!);
      assert.ok(contrastOf(text!, ground!) >= 4.5, `${pair}: ${contrastOf(text!, ground!)}`);
    }
  }
});

test.run();
