import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createMatters, MATTERS_MAX, type Matters } from "../../../agent/alerts/matters.ts";
import type { NoticeDraft } from "../../../agent/alerts/notice.ts";
import type { Finding } from "../../../agent/core/finding.ts";
import { FINDINGS_WALL_MS, findingOf, noticesOf } from "../../fixtures/findings.ts";

const test = suite("alerts: matters");

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const create = () => createMatters({ renotifyMs: HOUR_MS });
const laterBy = (ms: number) => ({ wallMs: FINDINGS_WALL_MS + ms });
const toldOf = (draft: NoticeDraft | null) => draft && [draft.kind, draft.count, draft.reminder];

test("a matter is told when it begins and when it ends; what repeats it counts", () => {
  const matters = create();
  assert.equal(toldOf(matters.take(findingOf(1), 0)), ["raised", 1, 0]);
  // Another id, the same rule about the same port: the same matter.
  assert.is(matters.take(findingOf(1, { id: "c".repeat(32), ...laterBy(5000) }), 5000), null);
  assert.equal(toldOf(matters.take(findingOf(2), 5000)), ["raised", 1, 0]);
  const [one, two] = matters.active();
  assert.equal([one?.count, two?.count], [2, 1]);
  const cleared = matters.take(
    findingOf(1, { id: "c".repeat(32), event: "alarm-cleared", ...laterBy(9000) }),
    9000,
  );
  assert.equal(toldOf(cleared), ["ended", 2, 0]);
  assert.is(cleared?.finding.id, findingOf(1).id);
  assert.is(cleared?.finding.sinceWallMs, FINDINGS_WALL_MS);
  assert.equal(
    matters.active().map(({ finding }) => finding.subject),
    ["tcp/2"],
  );
});

test("it is told again when it gets worse, and only the first time", () => {
  const matters = create();
  const take = (severity: Finding["severity"], ms: number) =>
    toldOf(matters.take(findingOf(1, { severity, ...laterBy(ms) }), ms));
  assert.equal(take("medium", 0), ["raised", 1, 0]);
  assert.equal(take("high", 1), ["escalated", 2, 0]);
  assert.is(take("low", 2), null);
  assert.is(take("high", 3), null);
  assert.is(matters.active()[0]?.finding.severity, "high");
  assert.equal(take("critical", 4), ["escalated", 5, 0]);
});

test("reminders come after 1, 2, 4, 8, 16 and then every 24 hours, while it lasts", () => {
  const matters = create();
  matters.take(findingOf(1), 0);
  const hours: number[] = [];
  for (let hour = 0; hour <= 24 * 4; hour += 0.5) {
    const due = matters.due(hour * HOUR_MS);
    if (due.length > 0) hours.push(hour);
    for (const draft of due) assert.equal(toldOf(draft), ["reminder", 1, hours.length]);
  }
  assert.equal(hours, [1, 3, 7, 15, 31, 55, 79]);
  matters.take(findingOf(1, { event: "alarm-cleared", ...laterBy(1) }), 97 * HOUR_MS);
  assert.equal(matters.due(1e12), []);
});

test("what was told before is not told again: an engine that came back from a power cut", () => {
  const matters = create();
  const story = [
    findingOf(1),
    findingOf(1, { event: "alarm-cleared", ...laterBy(300_000) }),
    findingOf(2),
  ];
  for (const finding of story) assert.ok(matters.take(finding, 0));
  for (const finding of story) assert.is(matters.take(finding, 0), null);
  assert.equal(
    matters.active().map(({ count }) => count),
    [1],
  );
  // The same id once more, later than its end, is news.
  assert.ok(matters.take(findingOf(1, laterBy(600_000)), 0));
});

test("an end that nobody heard the beginning of is told, once", () => {
  const matters = create();
  const cleared = findingOf(1, { event: "alarm-cleared" });
  assert.equal(toldOf(matters.take(cleared, 0)), ["ended", 1, 0]);
  assert.is(matters.take(cleared, 0), null);
});

test("a restart takes up what lasted, with its count and its next reminder", () => {
  const lasting = noticesOf([findingOf(1), findingOf(2)], { count: 7, reminder: 1 });
  const matters = create();
  for (const notice of lasting) matters.replay(notice, HOUR_MS, 0);
  const [ended] = noticesOf([findingOf(2, { event: "alarm-cleared", ...laterBy(1) })]);
  matters.replay(ended!, 0, 0);
  assert.is(matters.take(findingOf(2), 0), null);
  assert.equal(
    matters.active().map(({ count }) => count),
    [7],
  );
  assert.equal(matters.due(HOUR_MS - 1), []);
  assert.equal(matters.due(HOUR_MS).map(toldOf), [["reminder", 7, 2]]);
});

test("wrong clocks neither postpone a reminder beyond its wait nor bring it before now", () => {
  for (const [agoMs, dueMs] of [
    [-1e12, HOUR_MS],
    [1e12, 0],
  ] as const) {
    const matters = create();
    matters.replay(noticesOf([findingOf(1)])[0]!, agoMs, 0);
    assert.is(firstDueMs(matters), dueMs);
  }
});

test("worst first, then oldest; bounded", () => {
  const matters = create();
  matters.take(findingOf(1, { severity: "low" }), 0);
  matters.take(findingOf(2, { severity: "critical", sinceWallMs: 2 }), 0);
  matters.take(findingOf(3, { severity: "critical", sinceWallMs: 1 }), 0);
  assert.equal(
    matters.active().map(({ finding }) => finding.subject),
    ["tcp/3", "tcp/2", "tcp/1"],
  );
  for (let number = 0; number < 3000; number++) {
    matters.take(findingOf(number, { subject: `new ${number}` }), 0);
  }
  assert.is(matters.active().length, MATTERS_MAX);
  assert.is(matters.due(2 * DAY_MS).length, MATTERS_MAX);
});

function firstDueMs(matters: Matters): number {
  for (let ms = 0; ; ms += HOUR_MS / 4) {
    if (matters.due(ms).length > 0) return ms;
  }
}

test.run();
