/**
 * What each type of mitigation action does to the account. An action is applied to what a finding or a
 * violation points at; where that has nothing to do with the action, it is skipped.
 */
import type { ApiContext } from "../api/operation.ts";
import { keepAuthority } from "../api/operations/ca-certificates.ts";
import { certificatesOf, keepCertificate } from "../api/operations/certificates.ts";
import type { definitionOf } from "../api/operations/mitigation-actions.ts";
import { type ThingRow, thingsOf } from "../api/operations/things.ts";
import { policiesOf } from "../api/rows/policies.ts";
import { GROUPS_OF_THING_MAX, groupsOf, join, leave } from "../api/rows/thing-groups.ts";

export type Definition = ReturnType<typeof definitionOf>;

/** Things and resources that an action may act on; what is not known is absent. */
export interface Subject {
  things: readonly ThingRow[];
  certificateId?: string;
  caCertificateId?: string;
  policyName?: string;
}

export type Outcome =
  | { outcome: "done" }
  | { outcome: "skipped" }
  | { outcome: "failed"; reason: string };

type Act = (params: Record<string, unknown>, subject: Subject, context: ApiContext) => Outcome;

const done: Outcome = { outcome: "done" };
const skipped: Outcome = { outcome: "skipped" };
const failed = (reason: string): Outcome => ({ outcome: "failed", reason });

/** AWS's blank policy allows nothing. */
const BLANK_POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** By the member of actionParams. */
const acts: Readonly<Record<string, Act>> = {
  updateDeviceCertificateParams(_params, { certificateId }, context) {
    if (certificateId === undefined) return skipped;
    if (certificatesOf(context).get(certificateId) === undefined)
      return failed("the certificate is gone");
    keepCertificate(
      { certificateId, status: "INACTIVE", lastModifiedDate: context.nowS() },
      context,
    );
    return done;
  },
  updateCACertificateParams(_params, { caCertificateId: certificateId }, context) {
    if (certificateId === undefined) return skipped;
    keepAuthority({ certificateId, status: "INACTIVE", lastModifiedDate: context.nowS() }, context);
    return done;
  },
  addThingsToThingGroupParams({ thingGroupNames, overrideDynamicGroups }, { things }, context) {
    const names = thingGroupNames as string[];
    const missing = names.filter((name) => groupsOf(context).get(name) === undefined);
    if (missing.length > 0) return failed(`there is no thing group ${missing.join(", ")}`);
    if (things.length === 0) return skipped;
    for (const thing of things)
      for (const name of names) add(thing.thingName, name, overrideDynamicGroups === true, context);
    return done;
  },
  replaceDefaultPolicyVersionParams(_params, { policyName }, context) {
    const row = policyName === undefined ? undefined : policiesOf(context).get(policyName);
    if (row === undefined) return skipped;
    const versionId = String(row.lastVersion + 1);
    const now = context.nowS();
    const blank = {
      versionId,
      policyDocument: BLANK_POLICY,
      isDefaultVersion: true,
      createDate: now,
    };
    // Of five versions the oldest that is not the default one makes room.
    const kept = row.versions.map((one) => ({ ...one, isDefaultVersion: false })).slice(0, 4);
    policiesOf(context).put(row.policyName, {
      ...row,
      lastVersion: row.lastVersion + 1,
      lastModifiedDate: now,
      versions: [blank, ...kept],
    });
    return done;
  },
  enableIoTLoggingParams({ roleArnForLogging, logLevel }, _subject, context) {
    const settings = context.registry.table<object>("settings");
    settings.put("logging", {
      roleArn: roleArnForLogging,
      defaultLogLevel: logLevel,
      disableAllLogs: false,
    });
    return done;
  },
  publishFindingToSnsParams: () => failed("this emulator has no SNS topics to publish to"),
};

export function apply(
  { actionParams }: Definition,
  subject: Subject,
  context: ApiContext,
): Outcome {
  const [name = "", params = {}] = Object.entries(actionParams)[0] ?? [];
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) return failed(`there is no action with ${name}`);
  return act(params as Record<string, unknown>, subject, context);
}

/** A thing that is in ten groups gives up the first one, where that is allowed. */
function add(name: string, group: string, override: boolean, context: ApiContext): void {
  const thing = thingsOf(context).get(name);
  if (thing === undefined) return;
  const [first] = thing.groups;
  if (override && thing.groups.length >= GROUPS_OF_THING_MAX && first !== undefined)
    leave(thing, first, context);
  join(thingsOf(context).get(name) ?? thing, group, context);
}
