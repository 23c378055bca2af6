import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newAsset } from "../../../../agent/detect/rules/new-asset.ts";
import {
  going,
  judged,
  laptop,
  learnt,
  observed,
  quietMinute,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: new_asset");

const visit = (atS: number, parts = {}) => observed(atS, { conversations: [going(atS, parts)] });

test("attack: a laptop that was not there polls a PLC, for an hour: one finding", () => {
  const hour = Array.from({ length: 3600 }, (_, second) => visit(second, { from: laptop }));
  const findings = judged(newAsset, hour, learnt(quietMinute()));
  assert.equal(told(findings), [`new_asset ${laptop}`]);
  assert.match(
    findings[0]!.why,
    /was not there while learning and sent 6 packets, speaking modbus/,
  );
});

test("attack: a segment of forged senders is told as nine matters, not thousands", () => {
  const flood = Array.from({ length: 2000 }, (_, index) =>
    visit(0, { from: `10.9.${index >> 8}.${index & 255}` }),
  );
  const findings = judged(newAsset, flood, learnt(quietMinute()));
  assert.is(told(findings).length, 9);
  assert.is(told(findings).at(-1), "new_asset new assets and others");
});

test("normal: addresses from outside the site are peers, not assets", () => {
  assert.equal(told(judged(newAsset, [visit(0, { from: "8.8.8.8" })], learnt(quietMinute()))), []);
});

test("normal: without a baseline everything would be new", () => {
  assert.equal(told(judged(newAsset, [visit(0, { from: laptop })])), []);
});

test.run();
