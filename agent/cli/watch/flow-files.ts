import { connLogLine } from "../../traffic/conn-log.ts";
import { FLOW_LOG_HEADER, flowLogLines } from "../../traffic/flow-log.ts";
import { createFlows } from "../../traffic/flows.ts";
import { createLineFile } from "../../world/line-file.ts";
import type { PlantObserver } from "./observer.ts";

/** `--conn-log` and `--flow-log`; nothing at all without either. */
export function createFlowFiles(paths: { conn?: string; flow?: string }): PlantObserver[] {
  if (paths.conn === undefined && paths.flow === undefined) return [];
  const conn = paths.conn === undefined ? undefined : createLineFile(paths.conn);
  const log = paths.flow === undefined ? undefined : createLineFile(paths.flow);
  log?.write(FLOW_LOG_HEADER);
  const flows = createFlows((flow) => {
    conn?.write(connLogLine(flow));
    if (log) for (const line of flowLogLines(flow)) log.write(line);
  });
  return [
    {
      observe(observation) {
        flows.observe(observation);
        conn?.flush();
        log?.flush();
      },
      async close() {
        flows.close();
        conn?.close();
        log?.close();
      },
    },
  ];
}
