import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createPlantMap, MAP_INTERACTIONS_MAX } from "../../agent/plant-map.ts";
import { createAssetTable } from "../../agent/traffic/assets.ts";
import {
  datagrams,
  going,
  hmi,
  laptop,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  write,
} from "../fixtures/plant.ts";

const test = suite("agent: plant map");

function mapOf(observations: ReturnType<typeof quietMinute>) {
  const map = createPlantMap();
  const assets = createAssetTable({ vendorOfMac: () => "" });
  for (const observation of observations) {
    map.observe(observation);
    assets.observe(observation);
  }
  return { map, assets: assets.list() };
}

const rogue = observed(1, {
  commands: [write(1, { client: laptop, server: plc2 }), write(1, { command: "mask write" })],
  conversations: [going(1, { from: laptop, to: plc2 })],
});

test("sums up who talks to whom, and says what is new of it", () => {
  const { map, assets } = mapOf([...quietMinute(), rogue]);
  const { interactions, assets: shown } = map.status(assets, learnt(quietMinute()).normal());
  assert.equal(
    interactions.map(({ client, server, isNew }) => `${client} ${server} ${isNew}`),
    [`${hmi} ${plc} true`, `${hmi} ${plc2} false`, `${laptop} ${plc2} true`],
  );
  assert.is(interactions[0]!.packets, 60 * 11);
  assert.is(interactions[0]!.bytes, 60 * 760);
  assert.equal(
    interactions[0]!.commands.map(({ command, count, isNew }) => `${command} ${count} ${isNew}`),
    ["read holding registers 60 false", "write single register 60 false", "mask write 1 true"],
  );
  assert.equal(
    shown.map(({ id, isNew }) => `${id} ${isNew}`),
    [`${hmi} false`, `${plc} false`, `${plc2} false`, `${laptop} true`],
  );
});

test("nothing is new as long as nothing is normal, and announcements are no interactions", () => {
  const hello = datagrams(1, 5, { to: "239.255.255.250", port: 1900 });
  const { map, assets } = mapOf([rogue, observed(2, { conversations: [hello] })]);
  const { interactions, assets: shown } = map.status(assets, null);
  assert.equal(
    interactions.map(({ client, server }) => `${client} ${server}`),
    [`${laptop} ${plc2}`, `${hmi} ${plc}`],
  );
  assert.ok([...interactions, ...shown].every(({ isNew }) => !isNew));
});

test("a scan fills the map to its bound, and the rest is counted", () => {
  const peers = Array.from({ length: MAP_INTERACTIONS_MAX + 5 }, (_, at) =>
    going(0, { from: `10.2.${at >> 8}.${at & 255}` }),
  );
  const { map, assets } = mapOf([observed(0, { conversations: peers })]);
  const { interactions, interactionsLost } = map.status(assets, null);
  assert.is(interactions.length, MAP_INTERACTIONS_MAX);
  assert.is(interactionsLost, 5);
});

test.run();
