/**
 * What an account must hold for a documented example of a call to mean anything: made from the example's
 * own request and reply by rules over the model's names, never by which example it is. It comes as
 * replies that an emulator takes over.
 */
import { matchOf } from "../../sim/emulator/api/model.ts";
import { inputOf } from "../../sim/emulator/api/request.ts";
import type { Reply } from "../../sim/emulator/api/service.ts";

/** As the corpus has it: a wire request, and the reply as JSON with times in seconds. */
export interface Example {
  id: string;
  service: string;
  argv: string[];
  files: Record<string, string>;
  expect: unknown;
  expect_wire?: unknown;
  expect_kind: string;
  primary_family: string;
  api_operation: string;
  wire_request?: WireRequest;
}

interface WireRequest {
  method: string;
  url: string;
  body: string;
  headers?: Record<string, string>;
}

type Document = Record<string, unknown>;

/** What a request names, and the call that would have described it. */
interface Named {
  operation: string;
  input: Document;
  output: Document;
}

export function inputOfExample({ service, wire_request: wire }: Example): Document {
  if (wire === undefined) return {};
  const [path = "", search = ""] = wire.url.split("?", 2);
  const matched = matchOf(wire.method, path, service);
  if (matched === null) return {};
  const headers = wire.headers ?? {};
  const body = Buffer.from(wire.body);
  return inputOf(matched, {
    method: wire.method,
    path,
    query: new URLSearchParams(search),
    headers,
    body,
  });
}

export function repliesFor(example: Example): Reply[] {
  const { api_operation: operation, service } = example;
  const output = (example.expect_wire ?? example.expect ?? {}) as Document;
  const input = inputOfExample(example);
  if (/^(Describe|Get|List)/.test(operation)) {
    const needed = namedIn(input).filter(({ operation: by }) => by !== operation);
    return [...needed, { operation, service, input, output }];
  }
  const needed = namedIn(input)
    .filter((named) => !isMadeBy(operation, named, example))
    .map((named) => ready(operation, named, output));
  return [...needed, ...alsoNeeded(operation, input, output)];
}

/** By the member's name, or by the kind of an ARN, who describes it. */
const describers: Readonly<Record<string, (value: string) => Named>> = {
  thingName: (thingName) => described("DescribeThing", { thingName }),
  thingTypeName: (thingTypeName) => described("DescribeThingType", { thingTypeName }),
  thingGroupName: (thingGroupName) => described("DescribeThingGroup", { thingGroupName }),
  parentGroupName: (thingGroupName) => described("DescribeThingGroup", { thingGroupName }),
  thingGroupsToAdd: (thingGroupName) => described("DescribeThingGroup", { thingGroupName }),
  thingGroupsToRemove: (thingGroupName) => described("DescribeThingGroup", { thingGroupName }),
  billingGroupName: (billingGroupName) => described("DescribeBillingGroup", { billingGroupName }),
  securityProfileName: (name) =>
    described("DescribeSecurityProfile", { securityProfileName: name }),
  actionName: (actionName) => described("DescribeMitigationAction", { actionName }),
  scheduledAuditName: (name) => described("DescribeScheduledAudit", { scheduledAuditName: name }),
  certificateId: (certificateId) =>
    inside("DescribeCertificate", "certificateDescription", { certificateId }),
  caCertificateId: (certificateId) =>
    inside("DescribeCACertificate", "certificateDescription", { certificateId }),
  policyName: (policyName) => ({
    ...described("GetPolicy", { policyName }),
    output: { policyName },
  }),
  jobId: (jobId) => inside("DescribeJob", "job", { jobId }),
  templateName: (templateName) => described("DescribeProvisioningTemplate", { templateName }),
  ruleName: (ruleName) => inside("GetTopicRule", "rule", { ruleName }),
  roleAlias: (roleAlias) => inside("DescribeRoleAlias", "roleAliasDescription", { roleAlias }),
  authorizerName: (authorizerName) =>
    inside("DescribeAuthorizer", "authorizerDescription", { authorizerName }),
  findingIds: (findingId) => inside("DescribeAuditFinding", "finding", { findingId }),
};

const byArn: Readonly<Record<string, string>> = {
  thing: "thingName",
  thinggroup: "thingGroupName",
  cert: "certificateId",
  cacert: "caCertificateId",
};

function described(operation: string, document: Document): Named {
  return { operation, input: document, output: document };
}

function inside(operation: string, member: string, document: Document): Named {
  return { operation, input: document, output: { [member]: document } };
}

/** Whether a call makes what is named here: it is in its path, and of the call's own noun. */
function isMadeBy(
  operation: string,
  { operation: by, input }: Named,
  { wire_request: wire }: Example,
): boolean {
  const noun = /^(?:Create|Register)(?:Dynamic)?(.+)$/.exec(operation)?.[1];
  const [name] = Object.values(input);
  const isInPath = decodeURIComponent(wire?.url ?? "")
    .split(/[/?]/)
    .includes(String(name));
  const isOnlyInBody = wire?.body.includes(`Name": "${name}"`) === true && !isInPath;
  return (
    noun !== undefined &&
    [`Describe${noun}`, `Get${noun}`].includes(by) &&
    (isInPath || isOnlyInBody)
  );
}

function namedIn(input: Document, operation = ""): Named[] {
  const found: Named[] = [];
  for (const [member, value] of Object.entries(input)) {
    const texts = Array.isArray(value) ? value : [value];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      found.push(...namedIn(value as Document, operation));
    }
    for (const text of texts) {
      if (typeof text !== "string") continue;
      const [, kind = "", name = ""] = /^arn:aws:iot:[^:]*:[^:]*:([a-z]+)\/(.+)$/.exec(text) ?? [];
      const by = describers[kind === "" ? member : (byArn[kind] ?? "")];
      if (by !== undefined) found.push(by(kind === "" ? text : name));
    }
  }
  return found;
}

/** The state from which a call can succeed, and what its reply tells of the thing it acts on. */
function ready(operation: string, named: Named, reply: Document): Named {
  const state = states[operation]?.[named.operation] ?? {};
  const [member, inner] = Object.entries(named.output)[0] ?? [];
  const isInside = typeof inner === "object" && inner !== null;
  const { version: _, ...document } = reply;
  const told = tells(operation) ? document : {};
  const output = isInside
    ? { [member as string]: { ...told, ...(inner as Document), ...state } }
    : { ...told, ...named.output, ...state };
  return { ...named, output };
}

/** Calls that answer with the document they changed. */
const tells = (operation: string) => /^(Update|Cancel|Associate)/.test(operation);

const LONG_AGO_S = 946_684_800;

const states: Readonly<Record<string, Readonly<Record<string, Document>>>> = {
  AcceptCertificateTransfer: { DescribeCertificate: { status: "PENDING_TRANSFER" } },
  RejectCertificateTransfer: { DescribeCertificate: { status: "PENDING_TRANSFER" } },
  AssociateTargetsWithJob: { DescribeJob: { targetSelection: "CONTINUOUS" } },
  DeleteThingType: {
    DescribeThingType: {
      thingTypeMetadata: {
        deprecated: true,
        deprecationDate: LONG_AGO_S,
        creationDate: LONG_AGO_S,
      },
    },
  },
};

/** What a call needs that is named by a member which means other things elsewhere. */
function alsoNeeded(operation: string, input: Document, output: Document): Named[] {
  switch (operation) {
    case "UpdateCustomMetric":
    case "DeleteCustomMetric":
      return [{ operation: "DescribeCustomMetric", input, output: { ...input, ...output } }];
    case "UpdateDimension":
    case "DeleteDimension":
      return [{ operation: "DescribeDimension", input, output: { ...input, ...output } }];
    case "UpdateAuditSuppression":
    case "DeleteAuditSuppression":
      return [{ operation: "DescribeAuditSuppression", input, output: input }];
    case "CancelAuditMitigationActionsTask":
      return [
        {
          operation: "DescribeAuditMitigationActionsTask",
          input,
          output: { taskStatus: "IN_PROGRESS" },
        },
      ];
    case "CancelAuditTask":
      return [{ operation: "DescribeAuditTask", input, output: { taskStatus: "IN_PROGRESS" } }];
    case "StartAuditMitigationActionsTask":
      return Object.values(input.auditCheckToActionsMapping as Record<string, string[]>)
        .flat()
        .map((actionName) => described("DescribeMitigationAction", { actionName }));
    case "StartDetectMitigationActionsTask":
      return (input.actions as string[]).map((actionName) =>
        described("DescribeMitigationAction", { actionName }),
      );
    case "StartOnDemandAuditTask": {
      const on = (input.targetCheckNames as string[]).map((name) => [name, { enabled: true }]);
      const checks = {
        auditNotificationTargetConfigurations: {},
        auditCheckConfigurations: Object.fromEntries(on),
      };
      return [{ operation: "DescribeAccountAuditConfiguration", input: {}, output: checks }];
    }
    case "UpdateTopicRuleDestination":
      return [
        {
          operation: "ListTopicRuleDestinations",
          input: {},
          output: { destinationSummaries: [{ arn: input.arn }] },
        },
      ];
    case "UpdateCACertificate":
    case "DeleteCACertificate":
      return [
        inside("DescribeCACertificate", "certificateDescription", {
          certificateId: input.certificateId,
        }),
      ];
    case "DeleteJobExecution":
    case "UpdateJobExecution":
      return [executionFor(input, operation)];
    default:
      return [];
  }
}

/** One that is over can be deleted; one that is not can be updated. */
function executionFor(
  { jobId, thingName, executionNumber = 1 }: Document,
  operation: string,
): Named {
  const status = operation === "DeleteJobExecution" ? "SUCCEEDED" : "IN_PROGRESS";
  const execution = {
    jobId,
    thingName,
    executionNumber,
    status,
    statusDetails: {},
    versionNumber: 2,
  };
  return { operation: "DescribeJobExecution", input: { jobId, thingName }, output: { execution } };
}
