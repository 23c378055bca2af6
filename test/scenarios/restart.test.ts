import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Report } from "../../agent/defender/report.ts";
import { bytesInOf, createGateway } from "../fixtures/gateway.ts";

const test = suite("scenarios: restarts and clocks");

test("growth adds up over power cuts: nothing is counted twice, nothing is missed", async () => {
  const gateway = await createGateway({ args: { "report-interval-s": "10" } });
  await gateway.run(11); // Until the first report there is no base on the disk to go on from.
  const before = gateway.bytesIn();
  for (let cut = 0; cut < 20; cut++) {
    for (let second = 0; second < 7 + cut; second++) {
      gateway.moveTraffic(100 + second);
      await gateway.run(1);
    }
    await gateway.powerCut();
  }
  await gateway.run(30);
  assert.is(bytesInOf(distinct(gateway.service.received)), gateway.bytesIn() - before);
});

test("ids increase over restarts, also when the clock falls back to 1970", async () => {
  const gateway = await createGateway({ args: { "report-interval-s": "10" } });
  await gateway.run(25);
  gateway.clock.jumpWall(-gateway.clock.wallMs());
  await gateway.powerCut();
  await gateway.run(25);
  const ids = distinct(gateway.service.received).map(({ header }) => header.report_id);
  assert.is(ids.length, 4);
  const increasing = [...ids].sort((a, b) => a - b);
  assert.equal(ids, increasing);
});

test("the first report after a start counts growth from the start, not the raw totals", async () => {
  const gateway = await createGateway();
  gateway.moveTraffic(5000);
  await gateway.run(301);
  assert.is(gateway.service.received[0]?.metrics?.network_stats?.bytes_in, 5000);
});

test("after a reboot growth starts anew", async () => {
  const gateway = await createGateway({ args: { "report-interval-s": "10" } });
  await gateway.run(12);
  await gateway.powerCut({ bootId: "boot-2" });
  gateway.moveTraffic(77);
  await gateway.run(12);
  assert.is(gateway.service.received.at(-1)?.metrics?.network_stats?.bytes_in, 77);
});

test("a restart keeps the rhythm, so that the service does not throttle", async () => {
  const gateway = await createGateway();
  await gateway.run(301);
  await gateway.run(100);
  await gateway.restart();
  await gateway.run(150);
  assert.is(gateway.service.received.length, 1);
  await gateway.run(60);
  assert.is(gateway.service.received.length, 2);
});

test("a device that slept owes one report, not one for each interval", async () => {
  const gateway = await createGateway();
  gateway.clock.advance(3_600_000);
  await gateway.run(10);
  assert.is(gateway.service.received.length, 1);
});

test("a collector that fails is named, and the others report on", async () => {
  const gateway = await createGateway({ args: { "report-interval-s": "10" } });
  gateway.host.faults.set("proc/net/tcp", "denied");
  await gateway.run(11);
  const { problems, reports } = gateway.status();
  assert.equal(
    problems.map(({ collector }) => collector),
    ["sockets"],
  );
  assert.is(reports[0]?.outcome, "accepted");
  const { metrics } = gateway.service.received[0]!;
  assert.is(metrics?.listening_tcp_ports, undefined);
  assert.ok(metrics?.network_stats);
});

/** A report may come twice after a power cut, under the same id. */
function distinct(reports: readonly Report[]): Report[] {
  return [...new Map(reports.map((report) => [report.header.report_id, report])).values()];
}

test.run();
