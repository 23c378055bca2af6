/** Every Device Defender operation, called as the service model says: with minimal input, full input, and each constraint broken once. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAccount } from "../../../../sim/emulator/account.ts";
import type { ApiAnswer } from "../../../../sim/emulator/api/answer.ts";
import {
  type Operation,
  operationOf,
  type ServiceModel,
} from "../../../../sim/emulator/api/model.ts";
import type { ApiRequest, Input } from "../../../../sim/emulator/api/request.ts";
import { createService } from "../../../../sim/emulator/api/service.ts";
import { isOfItsTypes } from "../../../../sim/emulator/api/validate.ts";
import { authority, createManualClock, silentLog } from "../support.ts";

// biome-ignore format: sixty names in families
const defenderOperations = [
  "CreateSecurityProfile", "DescribeSecurityProfile", "UpdateSecurityProfile", "DeleteSecurityProfile", "ListSecurityProfiles",
  "AttachSecurityProfile", "DetachSecurityProfile", "ListSecurityProfilesForTarget", "ListTargetsForSecurityProfile",
  "ValidateSecurityProfileBehaviors", "ListActiveViolations", "ListViolationEvents", "PutVerificationStateOnViolation",
  "GetBehaviorModelTrainingSummaries", "ListMetricValues",
  "CreateCustomMetric", "DescribeCustomMetric", "UpdateCustomMetric", "DeleteCustomMetric", "ListCustomMetrics",
  "CreateDimension", "DescribeDimension", "UpdateDimension", "DeleteDimension", "ListDimensions",
  "StartDetectMitigationActionsTask", "CancelDetectMitigationActionsTask", "DescribeDetectMitigationActionsTask",
  "ListDetectMitigationActionsTasks", "ListDetectMitigationActionsExecutions",
  "CreateMitigationAction", "DescribeMitigationAction", "UpdateMitigationAction", "DeleteMitigationAction", "ListMitigationActions",
  "StartAuditMitigationActionsTask", "CancelAuditMitigationActionsTask", "DescribeAuditMitigationActionsTask",
  "ListAuditMitigationActionsTasks", "ListAuditMitigationActionsExecutions",
  "StartOnDemandAuditTask", "CancelAuditTask", "DescribeAuditTask", "ListAuditTasks", "ListAuditFindings", "DescribeAuditFinding",
  "ListRelatedResourcesForAuditFinding", "DescribeAccountAuditConfiguration", "UpdateAccountAuditConfiguration",
  "DeleteAccountAuditConfiguration", "CreateScheduledAudit", "DescribeScheduledAudit", "UpdateScheduledAudit",
  "DeleteScheduledAudit", "ListScheduledAudits", "CreateAuditSuppression", "DescribeAuditSuppression", "UpdateAuditSuppression",
  "DeleteAuditSuppression", "ListAuditSuppressions",
];

const test = suite("emulator: the 60 Device Defender operations");
const clock = createManualClock(1_700_000_000_000);

function newService() {
  const context = createAccount({
    ...{ accountId: "123456789012", region: "us-east-1", endpoint: "127.0.0.1:8883" },
    authority,
    clock,
  });
  return createService({ context, credentials: null, log: silentLog });
}

/** The request that an SDK would make of an input. */
function requestOf(operation: Operation, input: Input): ApiRequest {
  const { service, method, uri, input: name = "" } = operation;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const body: Input = {};
  let path = uri;
  for (const [member, value] of Object.entries(input)) {
    const { location, locationName = member } = service.shapes[name]?.members?.[member] ?? {};
    if (location === "uri")
      path = path.replace(`{${locationName}}`, encodeURIComponent(String(value)));
    else if (location === "querystring") query.append(locationName, String(value));
    else if (location === "header") headers[locationName.toLowerCase()] = String(value);
    else body[locationName] = value;
  }
  return { method, path, query, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** A value that the shape takes. @param isFull with optional members too */
function sampleOf(service: ServiceModel, name: string, isFull: boolean, depth = 0): unknown {
  const shape = service.shapes[name];
  if (shape === undefined) throw new Error(`no shape ${name}`);
  switch (shape.type) {
    case "structure": {
      const required = new Set(shape.required ?? []);
      const names = Object.keys(shape.members ?? {}).filter(
        (one) => required.has(one) || (isFull && depth < 4),
      );
      const entries = names.map((one) => [
        one,
        sampleOf(service, shape.members?.[one]?.shape ?? "", isFull, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    case "list":
      return [...Array(Math.max(1, shape.min ?? 0))].map(() =>
        sampleOf(service, shape.member ?? "", isFull, depth + 1),
      );
    case "map":
      return {
        [String(sampleOf(service, shape.key ?? "", isFull, depth + 1))]: sampleOf(
          service,
          shape.value ?? "",
          isFull,
          depth + 1,
        ),
      };
    case "boolean":
      return true;
    case "integer":
    case "long":
    case "double":
    case "float":
      return Math.max(1, shape.min ?? 1);
    case "timestamp":
      return clock.wallMs() / 1000 + 86_400;
    default:
      return shape.enum?.[0] ?? textFor(name, shape.min ?? 1);
  }
}

/** Texts by what their shape is for; else as short as may be. */
function textFor(shape: string, min: number): string {
  if (/Arn$/.test(shape)) return "arn:aws:iot:us-east-1:123456789012:all/things";
  if (/CheckName/.test(shape)) return "LOGGING_DISABLED_CHECK";
  if (/CertificateId/.test(shape)) return "a".repeat(64);
  if (/Account/.test(shape)) return "123456789012";
  if (/VersionId$/.test(shape)) return "1";
  if (/Topic$/.test(shape)) return "topic";
  if (/^DayOfMonth$/.test(shape)) return "1";
  if (/Cidr/.test(shape)) return "10.0.0.0/8";
  return "a".repeat(Math.max(1, min));
}

function bodyOf({ body }: ApiAnswer): Record<string, unknown> {
  return JSON.parse(String(body)) as Record<string, unknown>;
}

async function call(operation: Operation, input: Input): Promise<ApiAnswer> {
  const answer = await newService().answer(requestOf(operation, input));
  if (answer === null) throw new Error(`${operation.name}: no answer`);
  return answer;
}

function modelOf(name: string): Operation {
  const operation = operationOf(name);
  if (operation === null) throw new Error(`the model has no ${name}`);
  return operation;
}

test("there are sixty of them, and each is in the model", () => {
  assert.is(new Set(defenderOperations).size, 60);
  for (const name of defenderOperations) assert.is(modelOf(name).name, name);
});

for (const isFull of [false, true]) {
  test(`each answers ${isFull ? "full" : "minimal"} input as modelled`, async () => {
    for (const name of defenderOperations) {
      const operation = modelOf(name);
      const input = (
        operation.input === undefined ? {} : sampleOf(operation.service, operation.input, isFull)
      ) as Input;
      delete input.nextToken;
      const answer = await call(operation, input);
      if (answer.status === 200) {
        assert.ok(isOfItsTypes(operation, bodyOf(answer)), `${name}: ${answer.body}`);
        continue;
      }
      const code = answer.headers["x-amzn-errortype"] ?? "";
      assert.ok(
        operation.errors?.includes(code),
        `${name}: ${answer.status} ${code} ${answer.body}`,
      );
      assert.type(bodyOf(answer).message, "string");
      assert.not.match(
        String(answer.body),
        /validation error/,
        `${name}: the test's input is not valid`,
      );
    }
  });
}

test("each refuses each constraint of its members broken once, and names the member", async () => {
  let broken = 0;
  for (const name of defenderOperations) {
    const operation = modelOf(name);
    // It tells what is wrong with behaviors in its answer.
    if (operation.input === undefined || name === "ValidateSecurityProfileBehaviors") continue;
    const shape = operation.service.shapes[operation.input];
    for (const [member, { shape: inner, location }] of Object.entries(shape?.members ?? {})) {
      for (const wrong of wrongValuesOf(operation.service, inner)) {
        // Nothing in the path is another path.
        if (location === "uri" && wrong === "") continue;
        const valid = sampleOf(operation.service, operation.input, false) as Input;
        const answer = await call(operation, { ...valid, [member]: wrong });
        assert.is(
          answer.status,
          400,
          `${name}.${member} = ${JSON.stringify(wrong)}: ${answer.body}`,
        );
        assert.match(String(answer.body), member);
        broken++;
      }
    }
    for (const member of shape?.required ?? []) {
      if (shape?.members?.[member]?.location === "uri") continue;
      const { [member]: _, ...rest } = sampleOf(operation.service, operation.input, false) as Input;
      const answer = await call(operation, rest);
      assert.is(
        answer.headers["x-amzn-errortype"],
        "InvalidRequestException",
        `${name} without ${member}`,
      );
      assert.match(
        String(answer.body),
        `'${member}' failed to satisfy constraint: Member must not be null`,
      );
      broken++;
    }
  }
  assert.ok(broken > 200, `only ${broken} constraints were broken`);
});

/** One value for each constraint of a scalar, a list or a map, that breaks it. */
function wrongValuesOf(service: ServiceModel, name: string): unknown[] {
  const { type, min, max, pattern, enum: values } = service.shapes[name] ?? { type: "" };
  const wrong: unknown[] = [];
  if (type === "string") {
    if (min !== undefined && min > 0) wrong.push("a".repeat(min - 1));
    if (max !== undefined && max < 5000) wrong.push("a".repeat(max + 1));
    if (values !== undefined) wrong.push("NONE_OF_THEM");
    if (pattern !== undefined && !/\\s\\S|\\p\{Graph\}|\[\\w\\W\]|^\.\*$/.test(pattern))
      wrong.push("\u0000");
  }
  if (type === "integer" || type === "long") {
    if (min !== undefined) wrong.push(min - 1);
    if (max !== undefined) wrong.push(max + 1);
  }
  if (type === "list" && min !== undefined && min > 0) wrong.push([]);
  return wrong;
}

test("an operation that is not built is named", async () => {
  const answer = await call(modelOf("CreateOTAUpdate"), { otaUpdateId: "a" });
  assert.is(answer.status, 501);
  assert.match(String(answer.body), "CreateOTAUpdate");
});

test("a body that is none, and members of a wrong type, are told", async () => {
  const operation = modelOf("CreateSecurityProfile");
  const request = requestOf(operation, { securityProfileName: "a" });
  for (const body of ["{", "[]", '"a"', '{"behaviors":1}', '{"behaviors":[1]}', "\ufffd\u0000"]) {
    const answer = await newService().answer({ ...request, body: Buffer.from(body) });
    assert.is(answer?.status, 400, body);
    assert.is(answer?.headers["x-amzn-errortype"], "SerializationException", body);
  }
});

test.run();
