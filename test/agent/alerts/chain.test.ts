import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chainOf, type SegmentFile } from "../../../agent/alerts/chain.ts";
import { decodeHead, encodeHead, type Head, newHead } from "../../../agent/alerts/head.ts";
import { GENESIS, lineOf, type Notice, sealed } from "../../../agent/alerts/notice.ts";
import { findingOf, noticesOf } from "../../fixtures/findings.ts";

const test = suite("alerts: chain");

const notices = noticesOf([1, 2, 3, 4, 5, 6].map((number) => findingOf(number)));
const linkOf = ({ sequence, hash }: Notice) => ({ sequence, hash });
const headAt = (sequence: number, changes: Partial<Head> = {}): Head => ({
  ...newHead(),
  ...(sequence > 0 && linkOf(notices[sequence - 1]!)),
  ...changes,
});
const fileOf = (name: string, lines: readonly string[], rest = ""): SegmentFile => ({
  name,
  bytes: Buffer.from(lines.map((line) => `${line}\n`).join("") + rest),
});
const lines = notices.map(lineOf);
const filesOf = (changed: readonly string[], rest = "") => [
  fileOf("000000000001.ndjson", changed.slice(0, 3)),
  fileOf("000000000004.ndjson", changed.slice(3), rest),
];
const faultsOf = (files: readonly SegmentFile[], head: Head | null = headAt(6)) =>
  chainOf(files, head).faults.map(({ kind, sequence }) => `${kind} ${sequence}`);

test("a whole chain has no fault, and its end is where the next follows", () => {
  const { faults, tip, notices: read, segments } = chainOf(filesOf(lines), headAt(6));
  assert.equal(faults, []);
  assert.equal(tip, linkOf(notices[5]!));
  assert.equal(read, notices);
  assert.equal(
    segments.map(({ name, last, isTorn }) => [name, last?.sequence, isTorn]),
    [
      ["000000000001.ndjson", 3, false],
      ["000000000004.ndjson", 6, false],
    ],
  );
});

test("nothing at all is whole, with and without a head", () => {
  for (const head of [null, newHead()]) {
    assert.equal(faultsOf([], head), []);
    assert.equal(chainOf([], head).tip, GENESIS);
  }
});

test("an edited record shows, whatever was edited", () => {
  const edits: [from: string, to: string][] = [
    ["port 2 listens", "port 3 listens"],
    ['"severity":"high"', '"severity":"low"'],
    ['"count":1', '"count":2'],
    [`"recordedMs":${notices[1]!.recordedMs}`, '"recordedMs":1'],
    [`"previous":"${notices[0]!.hash}"`, `"previous":"${notices[2]!.hash}"`],
    [`"hash":"${notices[1]!.hash}"`, `"hash":"${notices[2]!.hash}"`],
    ['"thing":"gw-7"', '"more":1,"thing":"gw-7"'],
  ];
  for (const [from, to] of edits) {
    const edited = lines[1]!.replace(from, to);
    assert.is.not(edited, lines[1]);
    const faults = faultsOf(filesOf(lines.with(1, edited)));
    assert.ok(faults.includes("edited 2"), `${to}: ${faults}`);
  }
});

test("an edit of the last record shows as one", () => {
  const edited = lines[5]!.replace('"severity":"high"', '"severity":"low"');
  assert.equal(faultsOf(filesOf(lines.with(5, edited))), ["edited 6"]);
});

test("an edit with a hash of its own shows at the record that follows", () => {
  const { previous, hash, ...members } = notices[1]!;
  const forged = sealed(
    { ...members, finding: findingOf(2, { why: "all is well" }) },
    { sequence: 1, hash: previous },
    members.recordedMs,
  );
  assert.is.not(forged.hash, hash);
  assert.equal(faultsOf(filesOf(lines.with(1, lineOf(forged)))), ["edited 2"]);
});

test("records cut out show as a gap, exchanged ones too", () => {
  assert.equal(faultsOf(filesOf(lines.toSpliced(1, 1))), ["gap 3"]);
  assert.equal(faultsOf(filesOf(lines.toSpliced(1, 3))), ["gap 5"]);
  assert.equal(faultsOf([filesOf(lines)[1]!]), ["gap 4"]);
  const exchanged = [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)];
  assert.equal(faultsOf(filesOf(exchanged)), ["gap 3", "gap 2", "gap 4"]);
});

test("a line that is no record shows", () => {
  assert.equal(faultsOf(filesOf(lines.with(1, "{}"))), ["unreadable 2", "gap 3"]);
});

test("a missing end shows, and the chain goes on behind it", () => {
  for (const kept of [0, 2, 5]) {
    const { faults, tip } = chainOf(filesOf(lines.slice(0, kept)), headAt(6));
    assert.equal(
      faults.map(({ kind, sequence }) => [kind, sequence]),
      [["truncated", kept + 1]],
    );
    assert.equal(tip, linkOf(notices[5]!));
  }
  assert.equal(faultsOf([], headAt(6)), ["truncated 1"]);
});

test("an end that was made up shows", () => {
  const [forged] = noticesOf([findingOf(9)]);
  const last = sealed(forged!, linkOf(notices[4]!), forged!.recordedMs);
  assert.equal(faultsOf(filesOf(lines.with(5, lineOf(last)))), ["edited 6"]);
});

test("a missing head shows where there are records", () => {
  assert.equal(faultsOf(filesOf(lines), null), ["head-missing 6"]);
});

test("what the power cut left behind the last acknowledged record is no fault", () => {
  for (const rest of ["{", lines[5]!.slice(0, 100), `\u0000\u0001${lines[5]}\n`, "\n\n"]) {
    const { faults, tip, segments } = chainOf(filesOf(lines.slice(0, 5), rest), headAt(5));
    assert.equal(faults, []);
    assert.equal(tip, linkOf(notices[4]!));
    assert.ok(segments[1]!.isTorn);
    assert.is(segments[1]!.bytes, filesOf(lines.slice(0, 5))[1]!.bytes.length);
  }
  // Written and synced, and the power went before the head was: kept.
  assert.is(chainOf(filesOf(lines), headAt(4)).tip.sequence, 6);
  assert.equal(faultsOf(filesOf(lines), headAt(4)), []);
  // A bit of the unacknowledged last one is wrong: not kept.
  const broken = lines.with(5, lines[5]!.replace("high", "hihg"));
  assert.is(chainOf(filesOf(broken), headAt(5)).tip.sequence, 5);
  assert.equal(faultsOf(filesOf(broken), headAt(5)), []);
});

test("old files that were dropped, or were to be, are not missed", () => {
  const head = headAt(6, { base: linkOf(notices[2]!) });
  assert.equal(faultsOf([filesOf(lines)[1]!], head), []);
  const { faults, segments, notices: read } = chainOf(filesOf(lines), head);
  assert.equal(faults, []);
  assert.equal(read, notices.slice(3));
  assert.is(segments[0]!.last, null);
  // More than what was dropped is missed.
  assert.equal(faultsOf([fileOf("000000000005.ndjson", lines.slice(4))], head), ["gap 5"]);
});

test("any single changed byte in what was acknowledged is found", () => {
  const [first, second] = filesOf(lines);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const all = Buffer.concat([first!.bytes, second!.bytes]);
      const place = at % all.length;
      all[place]! ^= flip;
      const cut = first!.bytes.length;
      const files = [
        { ...first!, bytes: all.subarray(0, cut) },
        { ...second!, bytes: all.subarray(cut) },
      ];
      const { faults, notices: read } = chainOf(files, headAt(6));
      // JSON has room for a change of nothing: a digit's "E", a space.
      if (faults.length === 0) assert.equal(read, notices);
    }),
    { numRuns: 2000 },
  );
});

test("any bytes are read without a throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 3 }), (contents) => {
      const files = contents.map((bytes, index) => ({ name: `00000000000${index}.ndjson`, bytes }));
      chainOf(files, null);
      chainOf(files, headAt(3));
      for (const bytes of contents) decodeHead(bytes);
    }),
  );
});

test("the head reads back; what is none is null", () => {
  const head = headAt(6, { base: linkOf(notices[1]!), cursors: { file: 3, mqtt: 6 } });
  assert.equal(decodeHead(encodeHead(head)), head);
  const text = Buffer.from(encodeHead(head)).toString();
  for (const bad of [
    "",
    "{}",
    "null",
    text.slice(0, -9),
    text.replace('"version":1', '"version":9'),
  ]) {
    assert.is(decodeHead(Buffer.from(bad)), null);
  }
});

test.run();
