import { type Alerts, type AlertsOptions, createAlerts } from "../../../agent/alerts/dispatcher.ts";
import type { Disk } from "../../../agent/core/disk.ts";
import { createManualClock, type ManualClock } from "../../../sim/engine/clock.ts";
import { quiet } from "../../fixtures/cloud.ts";
import { FINDINGS_WALL_MS } from "../../fixtures/findings.ts";
import type { Receiver } from "../../fixtures/receiver.ts";

export const newClock = () => createManualClock({ wallMs: FINDINGS_WALL_MS });

export interface DeskOptions extends Partial<Omit<AlertsOptions, "outputs">> {
  disk: Disk;
  clock: ManualClock;
  receivers: readonly Receiver[];
}

/** Alerts on this disk, as a start of the device opens them. */
export const openDesk = ({ receivers, ...options }: DeskOptions): Promise<Alerts> =>
  createAlerts({
    log: quiet,
    random: () => 0.5,
    thing: "gw-7",
    renotifyS: 3600,
    outputs: receivers.map((receiver) => receiver.output()),
    ...options,
  });

/** Lets a minute pass in seconds, each with its tick. */
export async function pass(alerts: Alerts, clock: ManualClock, seconds = 60): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    alerts.poke();
    await alerts.idle();
  }
}
