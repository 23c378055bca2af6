import type { MetricSource } from "../source.ts";
import { bootCount } from "./boot-count.ts";
import { clockStep } from "./clock-step.ts";
import { clockSynchronized } from "./clock-synchronized.ts";
import { command } from "./command.ts";
import { failedLogins } from "./failed-logins.ts";
import { file } from "./file.ts";
import { listeningProcesses } from "./listening-processes.ts";
import { modbus } from "./modbus.ts";
import { newSetuidFiles } from "./new-setuid-files.ts";
import { processes } from "./processes.ts";
import { prometheus } from "./prometheus.ts";
import { systemd } from "./systemd.ts";

/** Every kind of place that values come from. One file, one line here, one test with the contract. */
export const metricSources: readonly MetricSource[] = [
  file,
  command,
  prometheus,
  modbus,
  systemd,
  processes,
  failedLogins,
  newSetuidFiles,
  listeningProcesses,
  clockStep,
  clockSynchronized,
  bootCount,
];
