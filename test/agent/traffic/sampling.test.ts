import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../../agent/traffic/abi.ts";
import { createSampling } from "../../../agent/traffic/sampling.ts";

const test = suite("traffic: sampling");

/** An Ethernet frame with as much of an IP header as has the addresses. */
function frame(from: number, to: number, { type = 0x0800, tags = 0 } = {}): DataView {
  const bytes = new DataView(new ArrayBuffer(80));
  let at = 12;
  for (let tag = 0; tag < tags; tag++, at += 4) bytes.setUint16(at, 0x8100);
  bytes.setUint16(at, type);
  const ip = at + 2;
  bytes.setUint32(type === 0x0800 ? ip + 12 : ip + 20, from);
  bytes.setUint32(type === 0x0800 ? ip + 16 : ip + 36, to);
  return bytes;
}

function sampled(seconds: number) {
  let taken = 0;
  let leftOut = 0;
  const sampling = createSampling({
    sink: { putPacket: () => void taken++ },
    onLeftOut: (count) => {
      leftOut += count;
    },
    budget: 0.5,
    secret: 0x12345678,
  });
  for (let second = 0; second < seconds; second++) sampling.adjust(0.9);
  const isTaken = (
    view: DataView,
    captured = view.byteLength,
    link: number = abi.LINK_ETHERNET,
  ) => {
    const before = taken;
    sampling.putPacket(0, view, 0, captured, captured, 0, link);
    return taken > before;
  };
  return { sampling, isTaken, counts: () => ({ taken, leftOut }) };
}

test("within its budget everything is looked at", () => {
  const { sampling, isTaken, counts } = sampled(0);
  for (let host = 0; host < 100; host++) assert.ok(isTaken(frame(host, 1)));
  assert.is(sampling.oneIn, 1);
  assert.equal(counts(), { taken: 100, leftOut: 0 });
});

test("beyond it one pair of two, of four … is, and what was left out is counted", () => {
  for (const [seconds, oneIn] of [
    [1, 2],
    [2, 4],
    [4, 16],
    [99, 64],
  ] as const) {
    const { sampling, isTaken, counts } = sampled(seconds);
    assert.is(sampling.oneIn, oneIn);
    for (let host = 0; host < 6400; host++) isTaken(frame(0x0a000000 + host, 0x0a0000fe));
    const { taken, leftOut } = counts();
    assert.is(taken + leftOut, 6400);
    assert.ok(Math.abs(taken - 6400 / oneIn) < 4 * Math.sqrt(6400 / oneIn), `${taken} of 6400`);
  }
});

test("of a pair all or nothing, both ways, tagged or not, in IPv4 and IPv6", () => {
  for (const type of [0x0800, 0x86dd]) {
    const { isTaken } = sampled(3);
    for (let host = 1; host < 200; host++) {
      const there = isTaken(frame(host, 77, { type }));
      assert.is(isTaken(frame(77, host, { type })), there);
      assert.is(isTaken(frame(host, 77, { type, tags: 2 })), there);
    }
  }
});

test("frames without IP, of other links or cut short are looked at", () => {
  const { isTaken } = sampled(99);
  for (let host = 1; host < 50; host++) {
    assert.ok(isTaken(frame(host, 77, { type: 0x8892 })));
    assert.ok(isTaken(frame(host, 77), 30));
    assert.ok(isTaken(frame(host, 77), 0));
    assert.ok(isTaken(frame(host, 77), 80, abi.LINK_ETHERNET + 1));
  }
});

test("it looks at more again after half a minute of calm, step by step", () => {
  const { sampling } = sampled(2);
  for (let second = 1; second < 30; second++) assert.not(sampling.adjust(0.1));
  assert.ok(sampling.adjust(0.1));
  assert.is(sampling.oneIn, 2);
  for (let second = 1; second < 30; second++) sampling.adjust(0.1);
  sampling.adjust(0.4);
  assert.not(sampling.adjust(0.1));
  assert.is(sampling.oneIn, 2);
});

test.run();
