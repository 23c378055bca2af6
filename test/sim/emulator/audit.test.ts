/** Audits over an account, and what mitigation does about what they find. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAccount } from "../../../sim/emulator/account.ts";
import { handlers } from "../../../sim/emulator/api/operations/index.ts";
import { isRoca } from "../../../sim/emulator/audit/checks/key-quality.ts";
import { runAudits } from "../../../sim/emulator/audit/run.ts";
import { runMitigation } from "../../../sim/emulator/mitigation/run.ts";
import { authority, createManualClock, server } from "./support.ts";

type Json = Record<string, unknown>;

const test = suite("emulator: audit");
const DAY_MS = 86_400_000;

function newAccount() {
  const clock = createManualClock(1_700_000_000_000);
  const context = createAccount({
    ...{ accountId: "123456789012", region: "us-east-1", endpoint: "127.0.0.1:8883" },
    authority,
    clock,
  });
  const call = (operation: string, input: Json = {}) =>
    handlers[operation]?.(input as never, context) as Json;
  return { clock, context, call };
}

type Account = ReturnType<typeof newAccount>;

/** Runs checks and gives their findings, oldest first. */
function audited({ context, call }: Account, ...targetCheckNames: string[]): Json[] {
  const on = targetCheckNames.map((name) => [name, { enabled: true }]);
  call("UpdateAccountAuditConfiguration", { auditCheckConfigurations: Object.fromEntries(on) });
  const { taskId } = call("StartOnDemandAuditTask", { targetCheckNames });
  runAudits(context);
  assert.is(call("DescribeAuditTask", { taskId }).taskStatus, "COMPLETED");
  return call("ListAuditFindings", { taskId }).findings as Json[];
}

const policyOf = (...Statement: Json[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, resource: string, more: Json = {}) => ({
  ...{ Effect: "Allow", Action, Resource: `arn:aws:iot:us-east-1:123456789012:${resource}` },
  ...more,
});

test("policies: broad ones are found, those of one device are not", () => {
  const account = newAccount();
  const own = { StringEquals: { "iot:Connection.Thing.IsAttached": ["true"] } };
  const asItself = ["client/$", "{iot:ClientId}"].join("");
  const documents = {
    any: policyOf({ Effect: "Allow", Action: "iot:*", Resource: "*" }),
    clients: policyOf(allow("iot:Connect", "client/*")),
    unbound: policyOf(allow("iot:Connect", asItself)),
    bound: policyOf(allow("iot:Connect", asItself, { Condition: own })),
    one: policyOf(
      allow("iot:Publish", "topic/press-07/data"),
      allow("iot:Receive", "topic/$aws/things/*"),
    ),
    broken: policyOf(),
  };
  for (const [policyName, policyDocument] of Object.entries(documents)) {
    account.call("CreatePolicy", { policyName, policyDocument });
  }
  const found = audited(account, "IOT_POLICY_OVERLY_PERMISSIVE_CHECK").map(policyNameOf);
  assert.equal(found, ["any", "clients", "unbound"]);
});

function policyNameOf({ nonCompliantResource }: Json): string {
  const { resourceIdentifier } = nonCompliantResource as { resourceIdentifier: Json };
  return (resourceIdentifier.policyVersionIdentifier as { policyName: string }).policyName;
}

test("a Deny with MQTT wildcards does not deny what it seems to", () => {
  const account = newAccount();
  const deny = { ...allow("iot:Subscribe", "topicfilter/plant/+/secret"), Effect: "Deny" };
  account.call("CreatePolicy", { policyName: "leaky", policyDocument: policyOf(deny) });
  const sound = { ...allow("iot:Subscribe", "topicfilter/plant/*"), Effect: "Deny" };
  account.call("CreatePolicy", { policyName: "sound", policyDocument: policyOf(sound) });
  assert.equal(audited(account, "IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK").map(policyNameOf), [
    "leaky",
  ]);
});

test("certificates: expiring in 30 days, expired, a year old", () => {
  const account = newAccount();
  const { certificateId } = account.call("RegisterCertificateWithoutCA", {
    certificatePem: server.certificatePem,
    status: "ACTIVE",
  });
  const codes = (...names: string[]) =>
    audited(account, ...names).map((one) => one.reasonForNonComplianceCode);
  const check = "DEVICE_CERTIFICATE_EXPIRING_CHECK";
  const { validity } = account.call("DescribeCertificate", { certificateId })
    .certificateDescription as {
    validity: { notBefore: number; notAfter: number };
  };
  const at = (seconds: number) => account.clock.advance(seconds * 1000 - account.clock.wallMs());
  assert.equal(codes(check), []);
  at(validity.notBefore + 366 * 86_400);
  assert.equal(codes("DEVICE_CERTIFICATE_AGE_CHECK"), ["CERTIFICATE_PAST_AGE_THRESHOLD"]);
  at(validity.notAfter - 20 * 86_400);
  assert.equal(codes(check), ["CERTIFICATE_APPROACHING_EXPIRATION"]);
  at(validity.notAfter + 86_400);
  assert.equal(codes(check), ["CERTIFICATE_PAST_EXPIRATION"]);
  account.call("UpdateCertificate", { certificateId, newStatus: "INACTIVE" });
  assert.equal(codes(check), []);
});

test("keys of ROCA are known by their modulus", () => {
  // A modulus of that form: a power of 65537 modulo the product of the small primes.
  const product = [
    11n,
    13n,
    17n,
    19n,
    37n,
    53n,
    61n,
    71n,
    73n,
    79n,
    97n,
    103n,
    107n,
    109n,
    127n,
    151n,
    157n,
  ].reduce((a, b) => a * b);
  assert.ok(isRoca(65_537n ** 12n % product));
  assert.not(isRoca(product + 12_345_678_901n));
});

test("a suppressed finding does not count, until its end", () => {
  const account = newAccount();
  const check = {
    checkName: "LOGGING_DISABLED_CHECK",
    resourceIdentifier: { account: "123456789012" },
  };
  const expirationDate = account.clock.wallMs() / 1000 + 3 * 86_400;
  assert.is(audited(account, "LOGGING_DISABLED_CHECK").length, 1);
  account.call("CreateAuditSuppression", { ...check, expirationDate, clientRequestToken: "a" });
  assert.is(audited(account, "LOGGING_DISABLED_CHECK").length, 0);
  account.clock.advance(4 * DAY_MS);
  assert.is(audited(account, "LOGGING_DISABLED_CHECK").length, 1);
});

test("mitigation: a blank policy and logging; then the audit is clean", () => {
  const account = newAccount();
  const { call, context } = account;
  const policyDocument = policyOf({ Effect: "Allow", Action: "*", Resource: "*" });
  call("CreatePolicy", { policyName: "any", policyDocument });
  const checks = ["IOT_POLICY_OVERLY_PERMISSIVE_CHECK", "LOGGING_DISABLED_CHECK"];
  const findings = audited(account, ...checks);
  assert.is(findings.length, 2);
  const roleArn = "arn:aws:iam::123456789012:role/mitigate";
  const logging = { roleArnForLogging: roleArn, logLevel: "WARN" };
  call("CreateMitigationAction", {
    actionName: "blank",
    roleArn,
    actionParams: { replaceDefaultPolicyVersionParams: { templateName: "BLANK_POLICY" } },
  });
  call("CreateMitigationAction", {
    actionName: "log",
    roleArn,
    actionParams: { enableIoTLoggingParams: logging },
  });
  call("StartAuditMitigationActionsTask", {
    taskId: "mend",
    target: { findingIds: findings.map(({ findingId }) => findingId) },
    auditCheckToActionsMapping: {
      [checks[0] as string]: ["blank"],
      [checks[1] as string]: ["log"],
    },
  });
  runMitigation(context);
  assert.is(call("DescribeAuditMitigationActionsTask", { taskId: "mend" }).taskStatus, "COMPLETED");
  assert.is(call("GetPolicy", { policyName: "any" }).defaultVersionId, "2");
  assert.equal(audited(account, ...checks), []);
});

test("a check that cannot be judged here says so", () => {
  const account = newAccount();
  audited(account, "REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK");
  const { tasks } = account.call("ListAuditTasks", { startTime: 0, endTime: 2_000_000_000 });
  const [{ taskId }] = tasks as [{ taskId: string }];
  const { auditDetails } = account.call("DescribeAuditTask", { taskId });
  const { checkRunStatus } = (auditDetails as Record<string, Json>)
    .REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK as Json;
  assert.is(checkRunStatus, "FAILED");
});

test.run();
