import { networkInterfaces } from "./collectors/network-interfaces.ts";
import type { Clock } from "./core/clock.ts";
import { createCounters } from "./core/counters.ts";
import type { Host } from "./core/host.ts";
import { STATUS_SECONDS_MAX } from "./core/limits.ts";
import type { TrafficStatistics } from "./core/model.ts";
import type { SecondOfTraffic } from "./core/status.ts";
import { createWindowBuilder } from "./core/window.ts";
import type { TrafficCore } from "./traffic/core.ts";

/** Reads the interface counters every second and lets the core keep their sliding window. */
export interface Sampler {
  /** One reading; a counter that cannot be read leaves a gap in the window, never a zero. */
  sample(): Promise<void>;
  statistics(): TrafficStatistics;
  /** Oldest first, for the plot. */
  perSecond(): readonly SecondOfTraffic[];
}

export interface SamplerOptions {
  clock: Clock;
  host: Host;
  core: TrafficCore;
  isWatched: (networkInterface: string) => boolean;
}

/** Growth over more than this is not one second's: it would look like a burst. */
const SAMPLE_MS_MAX = 1500;

export function createSampler({ clock, host, core, isWatched }: SamplerOptions): Sampler {
  const now = () => ({ wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() });
  // These bases live for seconds only; no boot can pass between two of them.
  const counters = createCounters("this boot", null);
  const builder = createWindowBuilder({ start: now(), counters, isWatched });
  const seconds: SecondOfTraffic[] = [];

  return {
    async sample() {
      try {
        builder.add(networkInterfaces.metrics, await networkInterfaces.collect(host));
      } catch {
        // The window's own collection says why, once per report.
      }
      const end = now();
      const { network, durationMs } = builder.close(end, null);
      core.tick(end.monotonicMs);
      if (network === null || durationMs > SAMPLE_MS_MAX) return;
      // In the order of `trafficSeries`.
      const amounts = [network.bytesIn, network.bytesOut, network.packetsIn, network.packetsOut];
      amounts.forEach((amount, series) => {
        core.addSample(series, end.monotonicMs, amount);
      });
      seconds.push({ wallMs: end.wallMs, bytesIn: network.bytesIn, bytesOut: network.bytesOut });
      if (seconds.length > STATUS_SECONDS_MAX) seconds.shift();
    },
    statistics: () => ({
      bytes_in: core.seriesStatistics(0),
      bytes_out: core.seriesStatistics(1),
      packets_in: core.seriesStatistics(2),
      packets_out: core.seriesStatistics(3),
    }),
    perSecond: () => seconds,
  };
}
