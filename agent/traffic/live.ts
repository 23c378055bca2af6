/** Plant traffic of an interface, as long as it is wanted. */
import type { PlantObservation } from "../core/plant.ts";
import type { CoreModule } from "./core.ts";
import type { PacketSink } from "./packet-sink.ts";
import {
  createPlantTraffic,
  type PlantTotals,
  type PlantTraffic,
  type PlantTrafficOptions,
} from "./plant.ts";
import { captureLive } from "./sources/capture.ts";

export interface LivePlant {
  /** To be called every second, so that silence is seen as such. */
  tick(wallMs: number): void;
  /** Stops the capture. Resolves when no packet comes any more, the last stretch told. */
  close(): Promise<void>;
  /** Resolves as close() does; rejects with FieldwardenError when the capture fails or ends by itself. */
  readonly ended: Promise<void>;
  readonly totals: PlantTotals;
}

export interface LivePlantOptions extends Pick<PlantTrafficOptions, "hashKey" | "visitor"> {
  interface: string;
  /** A BPF expression; empty for everything. */
  filter: string;
  /** Longest part of a packet that is captured. */
  snapBytes: number;
  /** Puts something before the traffic, such as sampling. */
  sinkOf?: (traffic: PlantTraffic) => PacketSink;
}

export function startLivePlant(
  module: CoreModule,
  options: LivePlantOptions,
  onObservation: (observation: PlantObservation) => void,
): LivePlant {
  const { interface: name, filter, snapBytes, hashKey, visitor } = options;
  const traffic = createPlantTraffic(module, {
    hashKey,
    onObservation,
    ...(visitor && { visitor }),
  });
  const stop = new AbortController();
  const capture = captureLive(options.sinkOf?.(traffic) ?? traffic, {
    interface: name,
    filter,
    snapBytes,
    stop: stop.signal,
    onDropped: traffic.addLost,
  });
  const ended = capture.finally(traffic.finish);
  return {
    tick: traffic.tick,
    async close() {
      stop.abort();
      await ended;
    },
    ended,
    get totals() {
      return traffic.totals;
    },
  };
}
