/**
 * OCSF 1.7.0, class 2004 Detection Finding. Our numbers go as evidence, since the class has no members
 * for them; what Device Defender measured goes with them.
 */
import type { FindingEvent, Severity } from "../../core/finding.ts";
import { techniqueOf } from "../attack-ics.ts";
import type { Notice } from "../notice.ts";
import { type Format, type Speaker, sourceNameOf } from "./format.ts";

export const OCSF_VERSION = "1.7.0";

const CLASS_UID = 2004;
const CATEGORY_UID = 2;
const ACTIVITY = { create: 1, update: 2, close: 3 } as const;
const ANALYTIC = { rule: 1, behavioral: 2 } as const;
const DEVICE_IOT = 7;

export const ocsf: Format = {
  contentType: "application/json",
  encode: (notice, speaker) => JSON.stringify(detectionFindingOf(notice, speaker)),
};

function detectionFindingOf(notice: Notice, { version }: Speaker) {
  const { finding, count, sequence, hash, recordedMs } = notice;
  const activity = activityOf(notice);
  return {
    activity_id: activity,
    category_uid: CATEGORY_UID,
    class_uid: CLASS_UID,
    type_uid: CLASS_UID * 100 + activity,
    severity_id: severityIds[finding.severity],
    ...statusOf(finding.event, notice.kind),
    time: finding.wallMs,
    start_time: finding.sinceWallMs,
    end_time: finding.wallMs,
    count,
    message: finding.why,
    is_alert: finding.event === "in-alarm",
    metadata: {
      version: OCSF_VERSION,
      product: { name: "Fieldwarden", vendor_name: "Fieldwarden", version },
      uid: hash,
      original_event_uid: finding.id,
      sequence,
      logged_time: recordedMs,
    },
    device: { uid: finding.thing, name: finding.thing, type_id: DEVICE_IOT },
    finding_info: findingInfoOf(notice),
    evidences: [evidenceOf(notice)],
  };
}

function findingInfoOf(notice: Notice) {
  const { finding, recordedMs } = notice;
  const name = sourceNameOf(notice);
  return {
    uid: finding.id,
    title: finding.subject === "" ? name : `${name}: ${finding.subject}`,
    desc: finding.why,
    first_seen_time: finding.sinceWallMs,
    last_seen_time: finding.wallMs,
    modified_time: recordedMs,
    analytic: {
      name,
      uid: finding.basis,
      type_id: finding.source.kind === "rule" ? ANALYTIC.rule : ANALYTIC.behavioral,
    },
    ...(finding.techniques.length > 0 && { attacks: finding.techniques.map(attackOf) }),
  };
}

function attackOf(id: string) {
  const { name, url, version } = techniqueOf(id);
  return { technique: { uid: id, ...(name !== null && { name }), src_url: url }, version };
}

function evidenceOf({ finding }: Notice) {
  const { numbers, metricValue } = finding;
  return { data: { numbers, ...(metricValue !== undefined && { metricValue }) } };
}

function activityOf({ kind }: Notice): number {
  if (kind === "ended") return ACTIVITY.close;
  return kind === "raised" ? ACTIVITY.create : ACTIVITY.update;
}

function statusOf(event: FindingEvent, kind: Notice["kind"]) {
  if (event === "alarm-cleared") return { status_id: 4, status: "Resolved" };
  if (event === "alarm-invalidated") return { status_id: 99, status: "Invalidated" };
  return kind === "raised"
    ? { status_id: 1, status: "New" }
    : { status_id: 2, status: "In Progress" };
}

const severityIds: Record<Severity, number> = {
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};
