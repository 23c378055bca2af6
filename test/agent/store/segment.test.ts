import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { crc32c } from "../../../agent/store/crc32c.ts";
import { recordAt, scanSegment } from "../../../agent/store/scan.ts";
import {
  type EntryDraft,
  encodeEntry,
  entryBytesOf,
  type Found,
  type State,
  saltOf,
  segmentName,
  sequenceOf,
} from "../../../agent/store/segment.ts";
import { recordOf } from "../../contracts/spool.ts";

const test = suite("store: segment format");

const SALT = saltOf(segmentName(1, 1));

const draftOf = (id: number, bodyBytes = 100): EntryDraft => ({
  kind: "record",
  record: recordOf(id, { bodyBytes }),
  ordinal: id,
  spoolMs: id * 1_000,
});

const state: State = {
  newest: { id: 90, ordinal: 9 },
  acknowledged: { id: 40, ordinal: 4 },
  wallMs: 1_795_478_400_123,
  spoolMs: 86_400_000.5,
  lostRecords: 3,
  losses: [
    { fromId: 10, toId: 20, count: 2, reason: "bytes-max", wallMs: 5 },
    { fromId: 30, toId: 30, count: 1, reason: "corrupt", wallMs: 2 ** 45 },
  ],
};

function fileOf(drafts: readonly EntryDraft[]): Uint8Array {
  return Uint8Array.from(drafts.flatMap((draft) => [...encodeEntry(draft, SALT)]));
}

const recordIdsOf = (found: Iterable<Found>): number[] =>
  [...found].flatMap((entry) => (entry.kind === "record" ? [entry.place.id] : []));

test("CRC-32C: the examples of RFC 3720 B.4", () => {
  assert.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.is(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e);
  const check = new TextEncoder().encode("123456789");
  assert.is(crc32c(check), 0xe3069283);
  assert.is(crc32c(check.subarray(4), crc32c(check.subarray(0, 4))), 0xe3069283);
});

test("every kind of entry reads back as it was written", () => {
  const acknowledgement: EntryDraft = { kind: "acknowledgement", place: { id: 4, ordinal: 3 } };
  const drafts = [{ kind: "state", state } as const, draftOf(1), acknowledgement, draftOf(2, 0)];
  const [first, second, third, fourth, ...rest] = scanSegment(fileOf(drafts), SALT);
  assert.equal(rest, []);
  assert.equal(first, { kind: "state", offset: 0, bytes: entryBytesOf(drafts[0]!), state });
  assert.is(second?.kind, "record");
  const { body, carry, wallMs } = recordOf(1, { bodyBytes: 100 });
  const offset = entryBytesOf(drafts[0]!);
  const place = { id: 1, ordinal: 1 };
  const bytes = entryBytesOf(drafts[1]!);
  assert.equal(second, {
    kind: "record",
    offset,
    bytes,
    place,
    wallMs,
    spoolMs: 1_000,
    body,
    carry,
  });
  assert.equal(third, {
    kind: "acknowledgement",
    offset: offset + bytes,
    bytes: 32,
    place: { id: 4, ordinal: 3 },
  });
  assert.is(fourth?.kind === "record" && fourth.body.length, 0);
});

test("the largest ids and any stamps survive", () => {
  const record = { ...recordOf(Number.MAX_SAFE_INTEGER), wallMs: -1 };
  const draft = { kind: "record", record, ordinal: Number.MAX_SAFE_INTEGER, spoolMs: 0 } as const;
  const read = recordAt(encodeEntry(draft, SALT), SALT);
  assert.equal(read?.place, { id: record.id, ordinal: record.id });
  assert.is(read?.wallMs, -1);
});

test("a flipped bit anywhere costs the entry it is in, and no other", () => {
  const file = fileOf([draftOf(1), draftOf(2), draftOf(3)]);
  const entryBytes = file.length / 3;
  for (let bit = 0; bit < file.length * 8; bit += 3) {
    const damaged = file.slice();
    damaged[bit >>> 3]! ^= 1 << (bit & 7);
    const hit = 1 + Math.floor((bit >>> 3) / entryBytes);
    const found = [...scanSegment(damaged, SALT)];
    assert.equal(
      recordIdsOf(found),
      [1, 2, 3].filter((id) => id !== hit),
      `bit ${bit}`,
    );
    const [damage, ...more] = found.filter(({ kind }) => kind === "damage");
    assert.equal([damage?.offset, damage?.bytes], [(hit - 1) * entryBytes, entryBytes]);
    assert.equal(more, []);
  }
});

test("a torn tail at any byte costs the last entry only, and tells its id where the header is", () => {
  const file = fileOf([draftOf(1), draftOf(2)]);
  for (let length = file.length / 2 + 1; length < file.length; length++) {
    const found = [...scanSegment(file.subarray(0, length), SALT)];
    assert.equal(recordIdsOf(found), [1], `${length} bytes`);
    const damage = found.at(-1);
    const known = length - file.length / 2 >= 32 ? { id: 2, ordinal: 2 } : null;
    assert.equal(damage?.kind === "damage" && damage.newest, known, `${length} bytes`);
  }
});

test("entries of another file, left in a block of the disk, are none of this one", () => {
  const other = saltOf(segmentName(2, 1));
  const found = [...scanSegment(encodeEntry(draftOf(7), other), SALT)];
  assert.equal(
    found.map(({ kind }) => kind),
    ["damage"],
  );
});

test("a torn header does not hide what was written behind it", () => {
  const torn = encodeEntry(draftOf(2, 5_000), SALT).subarray(0, 40);
  const file = Uint8Array.from([...fileOf([draftOf(1)]), ...torn, ...fileOf([draftOf(3)])]);
  assert.equal(recordIdsOf(scanSegment(file, SALT)), [1, 3]);
});

test("any bytes: the scan ends, covers them all in order, and never throws", () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.nat({ max: 20 }).map((id) => encodeEntry(draftOf(id, id * 7), SALT)),
    fc.constant(encodeEntry({ kind: "state", state }, SALT)),
    fc.constant(Uint8Array.of(0x46, 0x57, 0x01, 0x01)),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const file = Uint8Array.from(parts.flatMap((part) => [...part]));
      let at = 0;
      for (const { offset, bytes } of scanSegment(file, SALT)) {
        assert.is(offset, at);
        assert.ok(bytes > 0);
        at += bytes;
      }
      assert.is(at, file.length);
    }),
    { numRuns: 300 },
  );
});

test("names tell the order of writing, and others' names are not ours", () => {
  assert.is(segmentName(7, 1_764_000_000), "000000000007-0000001764000000.seg");
  assert.is(sequenceOf(segmentName(7, 12)), 7);
  assert.ok(segmentName(9, 2 ** 52) < segmentName(10, 1));
  assert.is(sequenceOf(segmentName(1e12, 1)), 1e12);
  for (const name of ["7-12.seg", "000000000007-0000001764000000.seg~", "notes", ""]) {
    assert.is(sequenceOf(name), null);
  }
});

test.run();
