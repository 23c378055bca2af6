/** The plant network of `run`: its capture, what is kept of it, and what the page shows. */
import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Disk } from "../core/disk.ts";
import type { Log } from "../core/log.ts";
import type { PlantObservation } from "../core/plant.ts";
import type { PlantStatus } from "../core/plant-status.ts";
import type { Config } from "../options.ts";
import { createPlantMap } from "../plant-map.ts";
import { createPlantWatch, type Keeper, type PlantWatch } from "../plant-watch.ts";
import { createAssetTable } from "../traffic/assets.ts";
import { type LivePlant, startLivePlant } from "../traffic/live.ts";
import { createOuiLookup } from "../traffic/oui.ts";
import type { PlantTraffic } from "../traffic/plant.ts";
import { createSampling, type Sampling } from "../traffic/sampling.ts";
import { createFsDisk } from "../world/disk-fs.ts";
import type { Io } from "./verb.ts";

const BASELINE_FILE = "plant/baseline.json";
const STATE_FILE = "plant/state.json";

/** What lies further behind in a packet is payload of protocols that are told by their beginnings. */
const SNAP_BYTES = 1600;

export interface Plant {
  watch: PlantWatch;
  status(): PlantStatus;
}

interface PlantOptions {
  config: Config;
  io: Io;
  thing: string;
  clock: Clock;
  log: Log;
  /** Of the state folder. */
  disk: Disk;
  random: () => number;
  /** Told of everything that the capture brings, before it is judged here. */
  onObservation: (observation: PlantObservation) => void;
}

/** Null when no interface is to be watched. Rejects with FieldwardenError (78) and DiskErrors. */
export async function createPlant(options: PlantOptions): Promise<Plant | null> {
  const { config, io, thing, clock, log, disk, random } = options;
  const source = config.plant_interface;
  if (source === "") return null;
  const module = await io.loadCore();
  const assets = createAssetTable({ vendorOfMac: createOuiLookup(await io.loadOui()) });
  const map = createPlantMap();
  let live: LivePlant | null = null;
  const watch = await createPlantWatch({
    ...{ thing, clock, log, random },
    baselineFile: baselineKeeper(config.plant_baseline_file, disk),
    stateFile: keeperOf(disk, STATE_FILE),
    learnMs: config.plant_learn_s * 1000,
    repeatsMin: config.plant_repeats_min,
    start(onObservation) {
      const capture = {
        interface: source,
        filter: config.plant_filter,
        snapBytes: SNAP_BYTES,
        hashKey: randomBytes(8),
      };
      const sampler = createSampler(config.plant_cpu_percent / 100, clock, log);
      const sampled = { ...capture, sinkOf: sampler.sinkOf };
      const started = startLivePlant(module, sampled, (observation) => {
        assets.observe(observation);
        map.observe(observation);
        options.onObservation(observation);
        onObservation(observation);
      });
      live = started;
      return {
        ended: started.ended,
        close: started.close,
        tick(wallMs) {
          sampler.tick();
          started.tick(wallMs);
        },
      };
    },
  });
  return {
    watch,
    status: () => ({
      wallMs: clock.wallMs(),
      source: watch.problem === "" ? source : `${source} (${watch.problem})`,
      packets: live?.totals.packets ?? 0,
      lostCount: live?.totals.lostCount ?? 0,
      learningUntilMs: watch.learningUntilMs(),
      ...map.status(assets.list(), watch.baseline.normal()),
      assetsLost: assets.lostCount,
    }),
  };
}

/** Sampling that is told every second what the agent takes of a CPU. */
function createSampler(budget: number, clock: Clock, log: Log) {
  let sampling: Sampling | null = null;
  let beforeMs = clock.monotonicMs();
  let before = process.cpuUsage();
  return {
    sinkOf(traffic: PlantTraffic): Sampling {
      const secret = randomBytes(4).readUInt32LE();
      sampling = createSampling({ sink: traffic, onLeftOut: traffic.addLost, budget, secret });
      return sampling;
    },
    tick(): void {
      const nowMs = clock.monotonicMs();
      const { user, system } = process.cpuUsage(before);
      const share = (user + system) / 1000 / Math.max(1, nowMs - beforeMs);
      before = process.cpuUsage();
      beforeMs = nowMs;
      if (sampling?.adjust(share)) {
        log.warn("plant traffic sampled", { pairs_one_in: sampling.oneIn, cpu_share: share });
      }
    },
  };
}

function baselineKeeper(path: string, disk: Disk): Keeper {
  if (path === "") return keeperOf(disk, BASELINE_FILE);
  return keeperOf(createFsDisk({ folder: dirname(path) }), basename(path));
}

const keeperOf = (disk: Disk, path: string): Keeper => ({
  read: () => disk.read(path),
  replace: (bytes) => disk.replace(path, bytes),
});
