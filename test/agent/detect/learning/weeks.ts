/** Generated recordings: gateways with a day's rhythm, fixed ports and peers, and chance. */
import type { Prng } from "../../../../sim/engine/prng.ts";

export const DAY_MS = 86_400_000;
/** A Monday. */
export const MONDAY_MS = Date.UTC(2026, 10, 2);
export const INTERVAL_MS = 300_000;

export interface Line {
  thing: string;
  received_at: number;
  report: Record<string, unknown>;
}

/** Things of one kind, with a report every five minutes; each report comes up to 20 s late. */
export function weekOf(prng: Prng, things: number, fromMs: number, days = 7): Line[] {
  const lines: Line[] = [];
  const names = Array.from({ length: things }, (_, index) => `gateway-${index + 1}`);
  for (let at = fromMs; at < fromMs + days * DAY_MS; at += INTERVAL_MS) {
    for (const thing of names) {
      const received = at + 60_000 + prng.below(20_000);
      lines.push({ thing, received_at: received, report: reportOf(prng, received) });
    }
  }
  return lines;
}

export function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function reportOf(prng: Prng, timeMs: number): Record<string, unknown> {
  const hours = ((timeMs % DAY_MS) / DAY_MS) * 2 * Math.PI;
  const busy = 1 + 0.6 * Math.sin(hours - Math.PI / 2);
  const traffic = (usual: number) => Math.round(usual * busy * Math.exp(0.3 * normal(prng)));
  const peers = ["10.1.0.5:8883", "10.1.0.6:502", "192.0.2.10:443"].filter(() => prng.chance(4, 5));
  const bytesOut = traffic(40_000);
  return {
    header: { report_id: timeMs, version: "1.0" },
    metrics: {
      listening_tcp_ports: { ports: [{ port: 22 }, { port: 8883 }], total: 2 },
      listening_udp_ports: { ports: [{ port: 32_768 + prng.below(28_000) }], total: 1 },
      network_stats: {
        bytes_in: traffic(20_000),
        bytes_out: bytesOut,
        packets_in: 40 + traffic(100),
        packets_out: 40 + traffic(150),
      },
      tcp_connections: {
        established_connections: {
          connections: peers.map((remote_addr) => ({ remote_addr })),
          total: peers.length,
        },
      },
    },
    custom_metrics: {
      temperature_c: [{ number: Number((41 + 6 * busy + normal(prng)).toFixed(3)) }],
      uptime_s: [{ number: Math.round((timeMs - MONDAY_MS) / 1000) }],
      services: [{ string_list: ["mosquitto", "sshd"] }],
    },
  };
}

/** The sum of twelve uniform numbers: mean 0, deviation 1, and near enough to the bell. */
function normal(prng: Prng): number {
  let sum = 0;
  for (let draw = 0; draw < 12; draw++) sum += prng.u32() / 2 ** 32;
  return sum - 6;
}
