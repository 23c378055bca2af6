import { suite } from "uvu";
import * as assert from "uvu/assert";
import { macChange } from "../../../../agent/detect/rules/mac-change.ts";
import { fact, judged, learnt, observed, plc, quietMinute, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: mac_change");

const claims = (atS: number, mac: string, source = "arp") =>
  observed(atS, { facts: [fact(atS, { value: mac, source })] });

const own = "00:1b:1b:00:00:01";
const other = "02:66:66:66:66:66";

test("attack: somebody else's MAC address answers for the PLC, learnt or seen before", () => {
  const findings = judged(macChange, [claims(0, other), claims(1, other)], learnt(quietMinute()));
  assert.equal(told(findings), [`mac_change ${plc}`]);
  assert.match(findings[0]!.why, new RegExp(`claimed by ${other} \\(arp\\); it was ${own}`));
  assert.equal(told(judged(macChange, [claims(0, own), claims(5, other)])), [`mac_change ${plc}`]);
});

test("normal: the same address, and a lease that DHCP gave to another device", () => {
  assert.equal(told(judged(macChange, [claims(0, own)], learnt(quietMinute()))), []);
  assert.equal(told(judged(macChange, [claims(0, own), claims(5, other, "dhcp")])), []);
});

test.run();
