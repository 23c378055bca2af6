/** The plant page's pure parts. What they look like is test/e2e/plant-page.test.ts. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type {
  AssetStatus,
  InteractionStatus,
  PlantStatus,
} from "../../../agent/core/plant-status.ts";
import { examplePlant } from "../../fixtures/plant-status.ts";

const page = new URL("../../../agent/web/page/", import.meta.url);

interface Layout {
  positionsOf(
    assets: readonly AssetStatus[],
    interactions: readonly InteractionStatus[],
    aspect: number,
  ): Map<string, { x: number; y: number }>;
}
interface View {
  headlineOf(plant: PlantStatus): { text: string; detail: string };
  foundOf(plant: PlantStatus, filter: string): Set<string>;
}

const { positionsOf } = (await import(new URL("plant-layout.js", page).href)) as Layout;
const view = (await import(new URL("plant-view.js", page).href)) as View;

const test = suite("web: plant page");

test("every asset has a place of its own, the same each time, in boxes of any shape", () => {
  const { assets, interactions } = examplePlant();
  for (const aspect of [0.5, 1, 2.2]) {
    const positions = positionsOf(assets, interactions, aspect);
    assert.is(positions.size, assets.length);
    const spots = [...positions.values()];
    for (const [at, one] of spots.entries()) {
      for (const other of spots.slice(at + 1)) {
        assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > 40);
      }
    }
    assert.equal(positionsOf([...assets].reverse(), interactions, aspect), positions);
  }
});

test("one who talks to nobody has a place too", () => {
  const { assets } = examplePlant();
  assert.is(positionsOf(assets, [], 2).size, assets.length);
  assert.is(positionsOf([], [], 2).size, 0);
});

test("finds assets by what they are and by what they say", () => {
  const plant = examplePlant();
  assert.equal([...view.foundOf(plant, "rockwell")], ["10.20.3.5"]);
  assert.equal([...view.foundOf(plant, "multiple coils")].sort(), ["10.20.0.99", "10.20.1.13"]);
  assert.is(view.foundOf(plant, "nothing of the kind").size, 0);
});

test("the headline says what is new, or until when it learns", () => {
  const plant = examplePlant();
  assert.equal(view.headlineOf(plant), {
    text: "New: 1 asset, 1 interaction",
    detail: "eth1: 48,211,907 packets, 12 not looked at",
  });
  const learning = { ...plant, learningUntilMs: plant.wallMs + 3_600_000 };
  assert.match(view.headlineOf(learning).text, /^Learning what is normal until \d\d:15:00$/);
});

test.run();
