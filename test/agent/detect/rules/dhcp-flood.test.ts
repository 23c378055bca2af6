import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dhcpFlood } from "../../../../agent/detect/rules/dhcp-flood.ts";
import { datagrams, judged, observed, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: dhcp_flood");

const discovers = (atS: number, count: number) =>
  observed(atS, {
    conversations: [
      datagrams(atS, count, { from: "0.0.0.0", fromPort: 68, to: "255.255.255.255", port: 67 }),
    ],
  });

test("attack: fifty questions a second, whoever asks", () => {
  const findings = judged(
    dhcpFlood,
    [0, 1, 2, 3].map((atS) => discovers(atS, 50)),
  );
  assert.equal(told(findings), ["dhcp_flood dhcp"]);
  assert.match(findings[0]!.why, /100 DHCP questions within 10 s/);
});

test("normal: a cell of twenty devices gets its power back", () => {
  const restart = Array.from({ length: 30 }, (_, atS) => discovers(atS, 2));
  assert.equal(told(judged(dhcpFlood, restart)), []);
});

test.run();
