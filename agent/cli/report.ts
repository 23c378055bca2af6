import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../config.ts";
import { asReported } from "../core/custom-value.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { matcherOf } from "../core/glob.ts";
import { createCustomMetrics } from "../metrics/custom-metrics.ts";
import { metricSpecsOf } from "../metrics/spec.ts";
import { createReporter } from "../reporter.ts";
import { createSampler } from "../sampler.ts";
import { createTrafficCore } from "../traffic/core.ts";
import { systemClock } from "../world/clock-system.ts";
import { createLinuxHost } from "../world/host-linux.ts";
import { createJsonLog } from "../world/log-json.ts";
import { bootIdOf, enabledCollectors } from "./device.ts";
import { parseVerbArgs, type Verb } from "./verb.ts";

/** Longer is a report interval, and that is what `run` is for. */
const SAMPLE_S_MAX = 3600;

export const report: Verb = {
  name: "report",
  summary: "Print one report of this device, without sending or keeping anything.",
  help: `Usage: fieldwarden report --once [--format json|cbor] [--names long|short] [--sample-s N] [options]

  --once         One report, then leave (there is no other way yet).
  --format F     json or cbor; the same as --report-format.
  --names N      long or short; the same as --report-names.
  --sample-s N   Watch for N seconds first (1): growth and traffic figures are of that time. With 0
                 there is no growth to report, and its blocks are left out.

Example: fieldwarden report --once --format cbor --names short > report.cbor`,
  takesConfig: true,
  async run({ args, env, stdout, stderr, loadCore }) {
    const { values } = parseVerbArgs(args, {
      once: { type: "boolean" },
      format: { type: "string" },
      names: { type: "string" },
      "sample-s": { type: "string" },
    });
    const { config } = loadConfig({
      args: {
        ...values,
        "report-format": values.format ?? values["report-format"],
        "report-names": values.names ?? values["report-names"],
      },
      env,
    });
    const sampleS = sampleSecondsOf(values["sample-s"]);
    const clock = systemClock;
    const log = createJsonLog({ level: config.log_level, clock, write: stderr });
    const host = createLinuxHost({ root: config.root });
    const included = matcherOf(config.interfaces_include);
    const excluded = matcherOf(config.interfaces_exclude);
    const isWatched = (name: string) => included(name) && !excluded(name);
    const core = createTrafficCore(await loadCore());
    const sampler = createSampler({ clock, host, core, isWatched });
    const reporter = createReporter({
      clock,
      host,
      log,
      collectors: enabledCollectors(config.collectors_disabled),
      bootId: await bootIdOf(host),
      bases: null,
      format: config.report_format,
      names: config.report_names,
      limits: { portsMax: config.report_ports_max, connectionsMax: config.report_connections_max },
      isWatched,
      isCustom: matcherOf(config.custom_metrics),
    });
    if (sampleS > 0) await reporter.begin();
    await sampler.sample();
    for (let second = 0; second < sampleS; second++) {
      await sleep(1000);
      await sampler.sample();
    }
    const custom = createCustomMetrics({
      specs: metricSpecsOf(config.metrics, config.metrics_ready),
      host,
      clock,
      disk: null,
      commandsAllowed: config.metrics_commands,
    });
    const { metrics, problems } = await custom.collect();
    for (const { collector, reason } of problems) log.warn("custom metric", { collector, reason });
    const id = Math.floor(clock.wallMs() / 1000);
    const { bytes } = await reporter.close(
      id,
      sampleS > 0 ? sampler.statistics() : null,
      asReported(metrics),
    );
    stdout.write(
      config.report_format === "json" ? Buffer.concat([bytes, Buffer.from("\n")]) : bytes,
    );
    return ExitCode.ok;
  },
};

function sampleSecondsOf(value: unknown): number {
  const seconds = value === undefined ? 1 : Number(value);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= SAMPLE_S_MAX) return seconds;
  throw new FieldwardenError(
    ExitCode.usage,
    `--sample-s is "${value}": it takes 0 to ${SAMPLE_S_MAX}`,
    "Leave it out for 1 second.",
  );
}
