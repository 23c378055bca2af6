import { connLogLine } from "../../traffic/conn-log.ts";
import { FLOW_LOG_HEADER, flowLogLines } from "../../traffic/flow-log.ts";
import { createFlows } from "../../traffic/flows.ts";
import { createLineFile, type LineFile } from "../../world/line-file.ts";
import type { ArgValues } from "../verb.ts";
import type { PlantObserver } from "./observer.ts";

/** `--conn-log` and `--flow-log`; nothing at all without either. */
export function createFlowFiles(values: ArgValues): PlantObserver[] {
  const conn = fileOf(values["conn-log"]);
  const log = fileOf(values["flow-log"]);
  if (conn === undefined && log === undefined) return [];
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

function fileOf(path: ArgValues[string]): LineFile | undefined {
  return typeof path === "string" ? createLineFile(path) : undefined;
}
