/**
 * A violation's whole life against the local cloud, by AWS's own clients unmodified: profile, report,
 * alarm, verification, mitigation, all clear. The device is a real MQTT connection over mutual TLS.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Cloud, startCloud } from "../../sim/emulator/cloud.ts";
import {
  authority,
  connect,
  createManualClock,
  inboxOf,
  silentLog,
  tls,
} from "../sim/emulator/support.ts";

type Json = Record<string, unknown>;

/** An AWS client: an operation of the API by its name, its input, its output. */
type Client = (operation: string, input: Json) => Promise<Json>;

const run = promisify(execFile);
const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
  AWS_MAX_ATTEMPTS: "1",
  // Debian's, wherever else there may be another.
  PATH: `/usr/bin:${process.env.PATH ?? ""}`,
};

const wordsOf = (name: string, between: string) =>
  name.replace(/(?<=.)([A-Z])/g, `${between}$1`).toLowerCase();

const awsCli =
  (url: string): Client =>
  async (operation, input) => {
    const args = ["iot", wordsOf(operation, "-"), "--endpoint-url", url, "--output", "json"];
    const given = ["--cli-input-json", JSON.stringify(input)];
    const { stdout } = await run("aws", [...args, ...given], { env: environment });
    return stdout.trim() === "" ? {} : JSON.parse(stdout);
  };

const BOTO3 = `
import boto3, json, sys
url, operation, given = sys.argv[1:]
print(json.dumps(getattr(boto3.client("iot", endpoint_url=url), operation)(**json.loads(given)), default=str))
`;

const boto3 =
  (url: string): Client =>
  async (operation, input) => {
    const args = ["-c", BOTO3, url, wordsOf(operation, "_"), JSON.stringify(input)];
    const { stdout } = await run("/usr/bin/python3", args, { env: environment });
    return JSON.parse(stdout);
  };

const test = suite("e2e: a violation's life by AWS's clients");
let folder: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldwarden-lifecycle-"));
});

test.after(async () => {
  await rm(folder, { recursive: true });
});

const behavior = {
  name: "few-connections",
  metric: "aws:num-established-tcp-connections",
  criteria: {
    comparisonOperator: "less-than",
    value: { count: 10 },
    consecutiveDatapointsToAlarm: 1,
    consecutiveDatapointsToClear: 1,
  },
};

for (const [name, clientOf] of [
  ["aws", awsCli],
  ["boto3", boto3],
] as const) {
  test(`${name}: profile, alarm, verification, mitigation, clear`, async () => {
    const clock = createManualClock(1_700_000_000_000);
    const cloud = await startCloud({
      ...{ host: "127.0.0.1", mqttPort: 0, apiPort: 0, minIntervalS: 0 },
      account: { accountId: "123456789012", region: "us-east-1", authority },
      credentials: null,
      tls,
      clock,
      log: silentLog,
    });
    try {
      await live(clientOf(cloud.apiUrl), cloud);
    } finally {
      await cloud.close();
    }
  });
}

async function live(call: Client, cloud: Cloud): Promise<void> {
  const securityProfileName = "gateways";
  await call("CreateThing", { thingName: "press-07" });
  await call("CreateThingGroup", { thingGroupName: "quarantine" });
  await call("CreateSecurityProfile", { securityProfileName, behaviors: [behavior] });
  const securityProfileTargetArn = "arn:aws:iot:us-east-1:123456789012:all/registered-things";
  await call("AttachSecurityProfile", { securityProfileName, securityProfileTargetArn });

  const report = await device(cloud);
  await report(1, 25);
  const [violation] = await active(call);
  assert.is(violation?.thingName, "press-07");
  assert.equal(violation?.lastViolationValue, { count: 25 });
  const violationId = violation?.violationId as string;
  assert.match(violationId, /^[0-9a-f]{32}$/);

  await call("PutVerificationStateOnViolation", {
    violationId,
    verificationState: "TRUE_POSITIVE",
  });
  assert.is((await active(call))[0]?.verificationState, "TRUE_POSITIVE");

  await call("CreateMitigationAction", {
    actionName: "isolate",
    roleArn: "arn:aws:iam::123456789012:role/isolate",
    actionParams: { addThingsToThingGroupParams: { thingGroupNames: ["quarantine"] } },
  });
  await call("StartDetectMitigationActionsTask", {
    taskId: "task-1",
    target: { violationIds: [violationId] },
    actions: ["isolate"],
    clientRequestToken: "token-1",
  });
  await until(async () => (await taskOf(call)).taskStatus === "SUCCESSFUL");
  const members = await call("ListThingsInThingGroup", { thingGroupName: "quarantine" });
  assert.equal(members.things, ["press-07"]);

  await report(2, 3);
  assert.equal(await active(call), []);
  const events = await call("ListViolationEvents", {
    startTime: 1_600_000_000,
    endTime: 1_800_000_000,
  });
  const types = (events.violationEvents as Json[]).map((event) => event.violationEventType);
  assert.equal(types, ["alarm-cleared", "in-alarm"]);
}

const active = async (call: Client) =>
  (await call("ListActiveViolations", {})).activeViolations as Json[];

const taskOf = async (call: Client) =>
  (await call("DescribeDetectMitigationActionsTask", { taskId: "task-1" })).taskSummary as Json;

/** The service works by its own second: its answer is asked for until it is there. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 20; tries++) if (await isTrue()) return;
  throw new Error("not so after 20 questions");
}

/** Sends reports over MQTT and waits for their acceptance. */
async function device(cloud: Cloud) {
  const topic = "$aws/things/press-07/defender/metrics/json";
  const client = await connect(cloud.mqttPort, { clientId: "press-07" });
  const inbox = inboxOf(client);
  await client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`]);
  return async (id: number, total: number) => {
    const metrics = { tcp_connections: { established_connections: { total } } };
    const document = { header: { report_id: id, version: "1.0" }, metrics };
    await client.publishAsync(topic, JSON.stringify(document), { qos: 1 });
    assert.is((await inbox.next()).topic, `${topic}/accepted`);
  };
}

test.run();
