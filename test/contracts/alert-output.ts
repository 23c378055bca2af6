import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AlertOutput } from "../../agent/alerts/output.ts";
import { until } from "../fixtures/cloud.ts";
import { findingOf, hostileFinding, noticesOf, violationFinding } from "../fixtures/findings.ts";

/** An output with the real other end of it. */
export interface OutputUnderTest {
  output: AlertOutput;
  /** Ids of the findings that arrived at the other end by now, in order, as read from what arrived. */
  received(): Promise<string[]>;
  /** Takes the other end away, so that nothing can be delivered any more. */
  goAway(): Promise<void>;
  /** Brings it back where it was; null where that makes no sense. */
  comeBack: (() => Promise<void>) | null;
  cleanUp(): Promise<void>;
}

/** What every output promises. */
export function testOutput(name: string, create: () => Promise<OutputUnderTest>): void {
  const test = suite(`alerts: outputs: ${name}: contract`);
  const findings = [
    findingOf(1),
    violationFinding(),
    hostileFinding,
    findingOf(2, { event: "alarm-cleared", why: "x".repeat(2000) }),
  ];
  const notices = noticesOf(findings);
  const ids = findings.map(({ id }) => id);

  test("what it says was delivered has arrived, readable and in order", async () => {
    const { output, received, cleanUp } = await create();
    for (const notice of notices) {
      assert.equal(await output.deliver(notice), { outcome: "delivered" });
    }
    await until(async () => (await received()).length >= ids.length);
    assert.equal(await received(), ids);
    assert.ok(output.name.length > 0 && output.endpoint.length > 0);
    await cleanUp();
  });

  test("with the other end away it is unreachable and says why, in words", async () => {
    const { output, goAway, cleanUp } = await create();
    await output.deliver(notices[0]!);
    await goAway();
    const result = await untilAway(output);
    assert.is(result.outcome, "unreachable");
    assert.ok("reason" in result && result.reason.length > 3, JSON.stringify(result));
    await cleanUp();
  });

  test("it comes back with the other end, without being told", async () => {
    const { output, received, goAway, comeBack, cleanUp } = await create();
    if (comeBack !== null) {
      await goAway();
      await untilAway(output);
      await comeBack();
      for (let attempt = 0; attempt < 100; attempt++) {
        if ((await output.deliver(notices[1]!)).outcome === "delivered") break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await until(async () => (await received()).at(-1) === ids[1]);
    }
    await cleanUp();
  });

  test("closing ends, also after the other end is away, also twice", async () => {
    const { output, goAway, cleanUp } = await create();
    await goAway();
    await output.close();
    await output.close();
    await cleanUp();
  });

  /** A protocol without acknowledgement may take a message more before it notices. */
  async function untilAway(output: AlertOutput) {
    const first = await output.deliver(notices[0]!);
    return first.outcome === "delivered" ? output.deliver(notices[0]!) : first;
  }

  test.run();
}
