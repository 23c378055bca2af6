import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isTechniqueId, techniqueIds, techniqueOf } from "../../../../agent/alerts/attack-ics.ts";
import { ocsf } from "../../../../agent/alerts/formats/ocsf.ts";
import type { NoticeDraft } from "../../../../agent/alerts/notice.ts";
import { type FindingEvent, severities } from "../../../../agent/core/finding.ts";
import {
  findingOf,
  hostileFinding,
  noticeOfFinding,
  speaker,
  violationFinding,
} from "../../../fixtures/findings.ts";

const test = suite("alerts: formats: ocsf");

const schemaFile = new URL(
  "../../../fixtures/ocsf/detection-finding-1.7.0.schema.json",
  import.meta.url,
);
const validate = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
}).compile(JSON.parse(readFileSync(schemaFile, "utf8")));

const ocsfOf = (finding = violationFinding(), draft: Partial<NoticeDraft> = {}) =>
  JSON.parse(ocsf.encode(noticeOfFinding(finding, draft), speaker));

const assertValid = (event: unknown) => {
  validate(event);
  assert.equal(validate.errors ?? [], []);
};

test("every event, severity and kind is a valid Detection Finding of 1.7.0", () => {
  const events: FindingEvent[] = ["in-alarm", "alarm-cleared", "alarm-invalidated"];
  for (const event of events) {
    for (const severity of severities) {
      for (const kind of ["raised", "escalated", "reminder", "ended"] as const) {
        assertValid(ocsfOf(violationFinding({ event, severity }), { kind }));
      }
    }
  }
  for (const finding of [
    findingOf(80),
    hostileFinding,
    findingOf(1, { subject: "", techniques: [] }),
  ]) {
    assertValid(ocsfOf(finding));
  }
});

test("the schema is one that says no", () => {
  const good = ocsfOf();
  for (const bad of [
    { ...good, class_uid: 2003 },
    { ...good, severity_id: 7 },
    { ...good, time: 1.5 },
    { ...good, unheard_of: 1 },
    { ...good, device: { type_id: 7 } },
    { ...good, finding_info: { title: "without uid" } },
    { ...good, metadata: { ...good.metadata, product: {} } },
    { ...good, evidences: [{}] },
  ]) {
    assert.not.ok(validate(bad));
  }
  const { activity_id: _, ...without } = good;
  assert.not.ok(validate(without));
});

test("its life: created, updated, closed", () => {
  const lifeOf = (finding = findingOf(1), draft = {}) => {
    const { activity_id, type_uid, status_id, is_alert } = ocsfOf(finding, draft);
    return [activity_id, type_uid, status_id, is_alert];
  };
  assert.equal(lifeOf(), [1, 200401, 1, true]);
  assert.equal(lifeOf(findingOf(1), { kind: "reminder" }), [2, 200402, 2, true]);
  assert.equal(lifeOf(findingOf(1, { event: "alarm-cleared" })), [3, 200403, 4, false]);
});

test("techniques carry their name and the version of ATT&CK that names them", () => {
  const [attack] = ocsfOf(findingOf(80)).finding_info.attacks;
  assert.equal(attack, {
    technique: {
      uid: "T0886",
      name: "Remote Services",
      src_url: "https://attack.mitre.org/versions/v18/techniques/T0886/",
    },
    version: "18.1",
  });
  for (const id of techniqueIds) {
    assert.ok(isTechniqueId(id));
    assert.ok(techniqueOf(id).name!.length > 3);
  }
  assert.is(techniqueOf("T0846.001").name, null);
});

test.run();
