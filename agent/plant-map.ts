/** What the page shows of the plant's traffic: who talks to whom, summed since the start, and what is new of it. */
import type { PlantObservation } from "./core/plant.ts";
import type {
  AssetStatus,
  InteractionCommandStatus,
  InteractionStatus,
  PlantStatus,
} from "./core/plant-status.ts";
import type { Normal } from "./detect/baseline/normal.ts";
import { createBounded } from "./detect/plant/bounded.ts";
import { type Edge, edgeKeyOf, edgesOf, isBetweenTwo } from "./detect/plant/edge.ts";
import type { Asset } from "./traffic/asset-view.ts";

/** Rows of the page. Those seen longest ago make room. */
export const MAP_INTERACTIONS_MAX = 2048;
const COMMANDS_PER_INTERACTION_MAX = 64;

export interface PlantMap {
  observe(observation: PlantObservation): void;
  /** `normal`: null as long as nothing is; then nothing is new. */
  status(
    assets: readonly Asset[],
    normal: Normal | null,
  ): Pick<PlantStatus, "assets" | "interactions" | "interactionsLost">;
}

interface Row extends Omit<InteractionStatus, "commands" | "isNew"> {
  commands: Map<string, Omit<InteractionCommandStatus, "isNew">>;
}

export function createPlantMap(): PlantMap {
  let lost = 0;
  const rows = createBounded<Row>(MAP_INTERACTIONS_MAX, () => lost++);

  function add(edge: Edge): void {
    const { client, server, protocol, packets, bytes, firstMs, lastMs } = edge;
    const row = rows.use(edgeKeyOf(client, server, protocol), () => ({
      ...{ client, server, protocol, packets: 0, bytes: 0, firstMs, lastMs },
      commands: new Map(),
    }));
    row.packets += packets[0] + packets[1];
    row.bytes += bytes;
    row.lastMs = Math.max(row.lastMs, lastMs);
    for (const counted of edge.commands) {
      const { command, object, commandClass, requestCount, responseCount, errorCount } = counted;
      const key = `${object} ${command}`;
      let known = row.commands.get(key);
      if (known === undefined) {
        if (row.commands.size === COMMANDS_PER_INTERACTION_MAX) continue;
        known = { command, object, commandClass, count: 0, errorCount: 0, lastMs };
        row.commands.set(key, known);
      }
      known.count += Math.max(requestCount, responseCount);
      known.errorCount += errorCount;
      known.lastMs = Math.max(known.lastMs, counted.lastMs);
    }
  }

  return {
    observe(observation) {
      for (const edge of edgesOf(observation)) if (edge.isReal && isBetweenTwo(edge)) add(edge);
    },
    status(assets, normal) {
      const ids = new Map(
        assets.flatMap(({ id, addresses, macs }) =>
          [id, ...addresses, ...macs].map((name) => [name, id] as const),
        ),
      );
      const interactions = [...rows.entries()].flatMap(([, row]) => {
        const [client, server] = [ids.get(row.client), ids.get(row.server)];
        // What is no device of its own (a group, a peer that made room) has no place on the map.
        if (client === undefined || server === undefined) return [];
        return [{ ...interactionOf(row, normal), client, server }];
      });
      return {
        assets: assets.map((asset) => assetStatusOf(asset, normal)),
        interactions,
        interactionsLost: lost,
      };
    },
  };
}

function interactionOf(row: Row, normal: Normal | null): InteractionStatus {
  const known = normal?.edge(row.client, row.server, row.protocol) ?? null;
  const commands = [...row.commands.values()].map((command) => ({
    ...command,
    isNew: normal !== null && known?.hasCommand(command.command) !== true,
  }));
  const isNew =
    normal !== null &&
    (known === null || commands.some(({ command }) => !known.hasCommand(command)));
  return { ...row, commands, isNew };
}

function assetStatusOf(asset: Asset, normal: Normal | null): AssetStatus {
  const { id, addresses, macs, role, name, vendor, product, firmware, protocols } = asset;
  const own = [...addresses, ...macs];
  // A MAC address that only carries IP is no asset of the baseline, and so none that is new.
  const isCarrier = addresses.length === 0 && protocols.length === 0;
  const isKnown = normal === null || isCarrier || own.some(normal.isAsset);
  return {
    id,
    addresses,
    mac: macs[0] ?? "",
    role,
    name: name || id,
    vendor,
    product,
    firmware,
    protocols,
    facts: asset.facts.map(({ name, value, source, confidence }) => ({
      ...{ name, value, source, confidence },
    })),
    firstMs: asset.firstMs,
    lastMs: asset.lastMs,
    isNew: !isKnown,
  };
}
