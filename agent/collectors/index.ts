import type { Collector } from "../core/collector.ts";
import { cpu } from "./cpu.ts";
import { diskIo } from "./disk-io.ts";
import { diskSpace } from "./disk-space.ts";
import { load } from "./load.ts";
import { memory } from "./memory.ts";
import { networkInterfaces } from "./network-interfaces.ts";
import { pressure } from "./pressure.ts";
import { processes } from "./processes.ts";
import { sockets } from "./sockets.ts";
import { temperature } from "./temperature.ts";
import { uptime } from "./uptime.ts";

/** Every source on the device. One file, one line here, one test that runs the contract. */
export const collectors: readonly Collector[] = [
  networkInterfaces,
  sockets,
  cpu,
  memory,
  load,
  uptime,
  processes,
  pressure,
  diskSpace,
  diskIo,
  temperature,
];
