import { suite } from "uvu";
import * as assert from "uvu/assert";
import { profile } from "../../../agent/cli/profile.ts";
import { createPrng } from "../../../sim/engine/prng.ts";
import { MONDAY_MS, textOf, weekOf } from "../detect/learning/weeks.ts";
import { createBench } from "./profile-run.ts";

const test = suite("cli: profile learn, lint and rehearse");
const bench = createBench();
test.after(() => bench.cleanUp());

const prng = createPrng(7);
const lines = weekOf(prng, 2, MONDAY_MS, 4);

test("what learn proposes is valid, lints clean and rehearses", async () => {
  const reports = bench.file("week.ndjson", textOf(lines));
  const learnt = await bench.run(
    "learn",
    "--reports",
    reports,
    "--name",
    "gw",
    "--alarms-per-month",
    "9",
  );
  assert.is(learnt.code, 0, learnt.stderr);
  assert.match(learnt.stderr, /aws:listening-udp-ports: not proposed: not stable/);
  assert.match(
    learnt.stderr,
    /expected: \S+ alarms by chance a thing and month of 30 days, \S+ in a recording like this/,
  );
  assert.is(JSON.parse(learnt.stdout).securityProfileName, "gw");
  const file = bench.file("gw.json", learnt.stdout);
  assert.is((await bench.run("validate", "--strict", file)).code, 0);
  const linted = await bench.run("lint", file, "--reports", reports);
  assert.is(linted.code, 0, linted.stdout);

  const from = MONDAY_MS + 3_600_000;
  const scan = { thing: "gateway-1", from, to: from + 1_800_000, label: "scan" };
  const intruded = lines.map((line) => {
    if (line.thing !== scan.thing || line.received_at < scan.from || line.received_at > scan.to) {
      return line;
    }
    const report = structuredClone(line.report) as { metrics: Record<string, unknown> };
    report.metrics.listening_tcp_ports = { ports: [{ port: 4444 }], total: 1 };
    return { ...line, report };
  });
  const labels = [scan, { ...scan, thing: "gateway-2", label: "quiet" }];
  const rehearsed = await bench.run(
    ...["rehearse", file, "--reports", bench.file("intruded.ndjson", textOf(intruded))],
    ...[
      "--labels",
      bench.file("labels.ndjson", labels.map((one) => `${JSON.stringify(one)}\n`).join("")),
    ],
    ...["--things", "100", "--json"],
  );
  assert.is(rehearsed.code, 0, rehearsed.stderr);
  const answer = JSON.parse(rehearsed.stdout);
  const [low, high] = answer.alarms_per_month_and_thing_range;
  assert.ok(low <= answer.alarms_per_month_and_thing && answer.alarms_per_month_and_thing < high);
  assert.is(answer.labels[0].behavior, "aws:listening-tcp-ports");
  assert.ok(answer.labels[0].detected_after_ms < 300_000);
  assert.is(answer.labels[1].detected_after_ms, null);
  const ports = answer.behaviors.find(
    (one: { name: string }) => one.name === "aws:listening-tcp-ports",
  );
  assert.is(ports.alarms, 1);
  assert.is(ports.alarms_unlabelled, 0);
  const { datapoints_per_month_and_thing: datapoints, usd_per_month: usd } = answer.price.rules;
  // A report every 300 s: 8,640 a month for each metric of a behavior.
  assert.ok(Math.abs(datapoints / (8640 * answer.behaviors.length) - 1) < 0.01, datapoints);
  assert.ok(Math.abs(usd - (datapoints * 100 * 0.025) / 100_000) < 1e-9);
  assert.is(answer.price.ml.usd_per_month, 0);
  const text = await bench.run("rehearse", file, "--reports", reports);
  assert.match(text.stdout, /price, rules: \d+ datapoints a month of 2 things: \$/);
});

test("an ML behavior is billed as such, and cannot be judged in a day", async () => {
  const file = bench.file("ml.json", [
    {
      name: "ml",
      metric: "aws:all-bytes-out",
      criteria: { mlDetectionConfig: { confidenceLevel: "LOW" } },
    },
    {
      name: "sent",
      metric: "aws:num-messages-sent",
      criteria: { comparisonOperator: "less-than", value: { count: 9 } },
    },
  ]);
  const reports = bench.file("day.ndjson", textOf(lines.slice(0, 576)));
  const { code, stdout } = await bench.run("rehearse", file, "--reports", reports, "--json");
  assert.is(code, 0);
  const { behaviors, price } = JSON.parse(stdout);
  assert.match(behaviors[0].unjudged, /14 days/);
  assert.match(behaviors[1].unjudged, /cloud-side/);
  assert.ok(Math.abs(price.ml.usd_per_month - (8640 * 2 * 2) / 100_000) < 0.01, stdout);
  assert.is(price.rules.datapoints_per_month_and_thing, 8640);
});

test("findings are exit 1, a line each", async () => {
  const file = bench.file("bad.json", [
    {
      name: "never",
      metric: "aws:all-bytes-out",
      criteria: { comparisonOperator: "greater-than-equals", value: { count: 0 } },
    },
    {
      name: "flaps",
      metric: "aws:all-bytes-out",
      criteria: { comparisonOperator: "less-than-equals", value: { count: 60_000 } },
    },
  ]);
  const reports = bench.file("some.ndjson", textOf(lines.slice(0, 576)));
  const { code, stdout } = await bench.run("lint", file, "--reports", reports);
  assert.is(code, 1);
  assert.equal(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(": ", 2).join(": ")),
    ["never: never fires", "flaps: flaps"],
  );
});

test("help has an example of each action", () => {
  for (const name of ["validate", "learn", "lint", "rehearse", "import"]) {
    assert.match(profile.help, new RegExp(`(Usage:|^) +fieldwarden profile ${name} `, "m"));
    assert.match(profile.help, new RegExp(`^Example: fieldwarden profile ${name} `, "m"));
  }
});

test("wrong use is 64, bad lines 65 with their number, missing files 66, bad profiles 78", async () => {
  const good = bench.file("good.json", [
    {
      name: "a",
      metric: "aws:all-bytes-out",
      criteria: { comparisonOperator: "less-than", value: { count: 9 } },
    },
  ]);
  const reports = bench.file("two.ndjson", `${textOf(lines.slice(0, 1))}{"thing":"x"}\n`);
  const short = bench.file("short.ndjson", textOf(lines.slice(0, 1)));
  const labels = bench.file("bad-labels.ndjson", '\n{"thing":"x","from":2,"to":1,"label":"l"}\n');
  const bad = bench.file("broken.json", "{");
  const cases: [number, RegExp, ...string[]][] = [
    [64, /needs --reports/, "learn"],
    [64, /above 0/, "learn", "--reports", reports, "--alarms-per-month", "0"],
    [64, /--name/, "learn", "--reports", reports, "--name", "a b"],
    [65, /two\.ndjson:2: /, "learn", "--reports", reports],
    [65, /0\.00 days/, "learn", "--reports", short],
    [66, /none\.json/, "learn", "--reports", bench.missing],
    [64, /say which file/, "lint"],
    [66, /none\.json/, "lint", bench.missing],
    [78, /no JSON/, "lint", bad],
    [64, /needs --reports/, "rehearse", good],
    [65, /two\.ndjson:2: /, "rehearse", good, "--reports", reports],
    [65, /spans no time/, "rehearse", good, "--reports", short],
    [
      65,
      /bad-labels\.ndjson:2: to is before from/,
      "rehearse",
      good,
      "--reports",
      short,
      "--labels",
      labels,
    ],
    [78, /no JSON/, "rehearse", bad, "--reports", short],
  ];
  for (const [code, message, ...args] of cases) {
    const result = await bench.run(...args);
    assert.is(result.code, code, `${args.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, message);
  }
});

test.run();
