import { createServer } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FieldwardenError } from "../../../agent/core/errors.ts";
import { type Cloud, startCloud } from "../../../sim/emulator/cloud.ts";
import { authority, connect, createManualClock, inboxOf, silentLog, tls } from "./support.ts";

const test = suite("emulator: cloud and its HTTP API");
const clock = createManualClock(1_700_000_000_000);
const options = {
  host: "127.0.0.1",
  mqttPort: 0,
  apiPort: 0,
  minIntervalS: 300,
  account: { accountId: "123456789012", region: "us-east-1", authority },
  credentials: null,
  tls,
  clock,
  log: silentLog,
};
const topic = "$aws/things/press-07/defender/metrics/json";
let cloud: Cloud;
test.before(async () => {
  cloud = await startCloud(options);
  const client = await connect(cloud.mqttPort, { clientId: "gateway", protocolVersion: 5 });
  const inbox = inboxOf(client);
  await client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`]);
  await client.publishAsync(
    topic,
    '{"hed":{"rid":1,"v":"1.0"},"met":{"ns":{"bi":5}},"cmet":{"m":[{"ip_list":["x"]}]}}',
    { qos: 1 },
  );
  assert.is((await inbox.next()).topic, `${topic}/accepted`);
  await client.publishAsync(topic, "{}", { qos: 0 });
  assert.is((await inbox.next()).topic, `${topic}/rejected`);
  const other = '{"hed":{"rid":2,"v":"1.0"},"met":{}}';
  await client.publishAsync("$aws/things/other/defender/metrics/json", other, { qos: 1 });
  await client.publishAsync("$aws/rules/siem/fieldwarden/report", "basic ingest", { qos: 1 });
});
test.after(() => cloud.close());

async function get(path: string, init: RequestInit = {}) {
  const response = await fetch(cloud.apiUrl + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

test("/reports gives a thing's reports, newest first, in long names", async () => {
  assert.equal((await get("/reports?thing=press-07&limit=1")).json(), {
    reports: [
      {
        thing: "press-07",
        report_id: 1,
        received_at: 1_700_000_000_000,
        format: "json",
        names: "short",
        bytes: 82,
        report: {
          header: { report_id: 1, version: "1.0" },
          metrics: { network_stats: { bytes_in: 5 } },
          custom_metrics: {},
        },
        not_retained: [{ metric: "m", reason: '"x" is not an IPv4 or IPv6 address alone' }],
        ignored: [],
      },
    ],
    total: 1,
  });
  const all = (await get("/reports")).json();
  assert.equal(
    all.reports.map((one: { thing: string }) => one.thing),
    ["other", "press-07"],
  );
  assert.equal((await get("/reports?thing=nobody")).json(), { reports: [], total: 0 });
});

test("/rejections gives the reason that the reply does not", async () => {
  const { rejections, total } = (await get("/rejections?thing=press-07")).json();
  assert.is(total, 1);
  assert.equal(
    [rejections[0].error_code, rejections[0].reason],
    ["MissingHeader", "header is missing"],
  );
});

test("/things tells who is connected, by client id or certificate, and who reports", async () => {
  assert.equal((await get("/things")).json(), {
    things: [
      {
        thing: "other",
        connected: false,
        accepted: 1,
        rejected: 0,
        throttled: 0,
        last_report: { report_id: 2, received_at: 1_700_000_000_000 },
      },
      {
        thing: "press-07",
        connected: true,
        accepted: 1,
        rejected: 1,
        throttled: 0,
        last_report: { report_id: 1, received_at: 1_700_000_000_000 },
      },
    ],
    total: 2,
  });
});

test("/healthz and /metrics", async () => {
  const health = (await get("/healthz")).json();
  assert.equal(health, {
    status: "ok",
    mqtt_port: cloud.mqttPort,
    uptime_s: 0,
    connections: 1,
  });
  const { text, headers } = await get("/metrics");
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^fieldwarden_cloud_reports_accepted_total 2$/m);
  assert.match(text, /^fieldwarden_cloud_reports_rejected_total 1$/m);
  assert.match(text, /^fieldwarden_cloud_mqtt_connections 1$/m);
  for (const line of text.trimEnd().split("\n")) {
    assert.match(line, /^(# (HELP|TYPE) )?fieldwarden_cloud_\w+ /);
  }
});

test("what cannot be answered is an error in JSON", async () => {
  for (const [path, status, error] of [
    ["/nothing", 404, /there is no \/nothing/],
    ["/constructor", 404, /there is no/],
    ["/reports?limit=0", 400, /limit is "0"/],
    ["/reports?limit=1001", 400, /1 to 1000/],
    ["/reports?limit=x", 400, /limit is "x"/],
    ["/reports?thnig=press-07", 400, /no parameter thnig/],
    ["/things?thing=a", 400, /no parameter thing/],
  ] as const) {
    const answer = await get(path);
    assert.is(answer.status, status, path);
    assert.match(answer.json().error, error);
  }
  const post = await get("/reports", { method: "POST", body: "{}" });
  assert.is(post.status, 405);
  assert.is(post.headers.get("allow"), "GET, HEAD");
  assert.is((await get("/reports", { method: "HEAD" })).text, "");
});

test("a port that is taken is said, and nothing stays open", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  for (const ports of [{ mqttPort: port }, { apiPort: port }]) {
    try {
      await startCloud({ ...options, ...ports });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, FieldwardenError);
      assert.is((error as FieldwardenError).exitCode, 69);
      assert.match((error as FieldwardenError).message, /is taken/);
    }
  }
  await new Promise((resolve) => other.close(resolve));
});

test.run();
