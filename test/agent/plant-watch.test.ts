import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FieldwardenError } from "../../agent/core/errors.ts";
import type { PlantObservation } from "../../agent/core/plant.ts";
import { approved } from "../../agent/detect/baseline/review.ts";
import { createPlantWatch, type Keeper } from "../../agent/plant-watch.ts";
import { createManualClock } from "../../sim/engine/clock.ts";
import { createSimDisk } from "../../sim/engine/disk.ts";
import { createPrng } from "../../sim/engine/prng.ts";
import { quiet } from "../fixtures/cloud.ts";
import {
  going,
  hmi,
  observed,
  PLANT_START_MS,
  plc,
  quietMinute,
  talk,
  told,
  write,
} from "../fixtures/plant.ts";

const test = suite("agent: plant watch");

/** A watch on a made-up network, and what stays when it starts again. */
function createPlant(learnS = 58) {
  const clock = createManualClock({ wallMs: PLANT_START_MS });
  let disk = createSimDisk();
  const keeper = (path: string): Keeper => ({
    read: () => disk.read(path),
    replace: (bytes) => disk.replace(path, bytes),
  });
  let starts = 0;
  let fail: (error: Error) => void = () => {};
  let tell: (observation: PlantObservation) => void = () => {};
  return {
    clock,
    starts: () => starts,
    fail: (reason: string) => fail(new Error(reason)),
    write: (text: string, path = "plant/baseline.json") =>
      disk.replace(path, new TextEncoder().encode(text)),
    cutPower() {
      disk = disk.powerCut(createPrng(1));
    },
    start: () =>
      createPlantWatch({
        thing: "gw-7",
        clock,
        log: quiet,
        baselineFile: keeper("plant/baseline.json"),
        stateFile: keeper("plant/state.json"),
        learnMs: learnS * 1000,
        repeatsMin: 3,
        random: () => 0.5,
        start(onObservation) {
          tell = onObservation;
          starts++;
          const { promise, reject } = deferred();
          fail = reject;
          return { tick() {}, close: async () => {}, ended: promise };
        },
      }),
    see(observations: readonly PlantObservation[]) {
      for (const observation of observations) tell(observation);
    },
    async file() {
      return JSON.parse(new TextDecoder().decode((await disk.read("plant/baseline.json"))!));
    },
  };
}

function deferred() {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}

const shell = (atS: number) => observed(atS, { conversations: [talk(atS, { port: 22 })] });

test("learns as long as it should, freezes, keeps that at once, and finds", async () => {
  const plant = createPlant();
  const watch = await plant.start();
  plant.see(quietMinute().slice(0, 30));
  assert.is(watch.learningUntilMs(), plant.clock.wallMs() + 29_000);
  plant.see(quietMinute().slice(30));
  assert.is(watch.learningUntilMs(), null);
  await watch.keep();
  assert.is((await plant.file()).phase, "frozen");
  plant.see([shell(0)]);
  assert.equal(told(watch.tick()), [
    `new_protocol ${hmi} > ${plc} tcp/22`,
    `it_protocol ${hmi} > ${plc} tcp/22`,
  ]);
  assert.equal(watch.tick(), []);
});

test("a restart keeps what was learnt, how long, and what lasts", async () => {
  const plant = createPlant(110);
  const before = await plant.start();
  plant.see(quietMinute(-120));
  await before.close();
  const learning = await plant.start();
  plant.see([...quietMinute(-60), shell(1)]);
  assert.is(learning.learningUntilMs(), null);
  plant.see([observed(2, { commands: [write(2, { command: "mask write register" })] })]);
  assert.equal(told(learning.tick()).at(-1), `new_command ${hmi} > ${plc} modbus`);
  await learning.close();
  const after = await plant.start();
  plant.see([observed(5, { commands: [write(5, { command: "mask write register" })] })]);
  assert.equal(told(after.tick()), []);
});

test("a power cut costs what was learnt since it was kept last, and no more", async () => {
  const plant = createPlant(1000);
  const watch = await plant.start();
  plant.see(quietMinute(-120));
  plant.clock.advance(900_000);
  await watch.keep();
  plant.see(quietMinute(-60));
  plant.cutPower();
  const again = await plant.start();
  assert.is(again.baseline.learntMs, 59_000);
});

test("what a person approves in the file is normal within a minute, and is not written over", async () => {
  const plant = createPlant();
  const watch = await plant.start();
  plant.see([...quietMinute(), shell(0)]);
  watch.tick();
  plant.clock.advance(900_000);
  await watch.keep();
  const { file } = approved(await plant.file(), () => true);
  await plant.write(JSON.stringify(file));
  plant.clock.advance(60_000);
  await watch.keep();
  assert.ok(watch.baseline.normal()!.edge(hmi, plc, "tcp/22"));
  await watch.close();
  const row = (await plant.file()).interactions.find(
    ({ protocol }: { protocol: string }) => protocol === "tcp/22",
  );
  assert.is(row.learnt, true);
});

test("a capture that ends is started again, after growing waits", async () => {
  const plant = createPlant();
  const watch = await plant.start();
  plant.fail("no such interface");
  await Promise.resolve();
  watch.tick();
  assert.is(watch.problem, "no such interface");
  assert.is(plant.starts(), 1);
  plant.clock.advance(5000);
  watch.tick();
  assert.is(plant.starts(), 2);
  plant.fail("no such interface");
  await Promise.resolve();
  plant.clock.advance(5000);
  watch.tick();
  assert.is(plant.starts(), 2);
  plant.clock.advance(5000);
  watch.tick();
  plant.see([observed(0, { conversations: [going(0)] })]);
  assert.is(plant.starts(), 3);
  assert.is(watch.problem, "");
});

test("a damaged baseline ends the start: learning anew would make normal what was found", async () => {
  const plant = createPlant();
  await plant.write("{");
  try {
    await plant.start();
    assert.unreachable();
  } catch (error) {
    assert.instance(error, FieldwardenError);
    assert.match((error as Error).message, /the plant baseline cannot be used: it is not JSON/);
  }
});

test("a damaged state is as good as none", async () => {
  for (const text of [
    "{",
    "7",
    '{"matters":[null,{"groups":7},{"groups":[],"count":1,"seenMs":1}]}',
  ]) {
    const plant = createPlant();
    await plant.write(text, "plant/state.json");
    const watch = await plant.start();
    plant.see([observed(0, { conversations: [going(0)] })]);
    assert.equal(watch.tick(), []);
    await watch.close();
  }
});

test.run();
