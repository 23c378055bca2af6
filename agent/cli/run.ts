import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, type AgentOptions, startAgent } from "../agent.ts";
import { createAlerts } from "../alerts/dispatcher.ts";
import { decodeCarry } from "../carry.ts";
import { collectors } from "../collectors/index.ts";
import { networkDoubtOf } from "../collectors/parse/network-folder.ts";
import { loadConfig, requireForRun } from "../config.ts";
import { DiskError } from "../core/disk.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { DeviceStatus } from "../core/status.ts";
import type { SecurityProfile } from "../detect/profile.ts";
import type { Indicator } from "../indicators/indicator.ts";
import { parseIndicators } from "../indicators/parse.ts";
import { createCustomMetrics } from "../metrics/custom-metrics.ts";
import { metricSpecsOf } from "../metrics/spec.ts";
import type { Config } from "../options.ts";
import { createRecorder } from "../recorder.ts";
import { openSpool } from "../store/spool.ts";
import { createTrafficCore } from "../traffic/core.ts";
import { createWatch } from "../watch.ts";
import { type StatusListen, startStatusServer } from "../web/server.ts";
import { systemClock } from "../world/clock-system.ts";
import { checkCredentials } from "../world/credentials.ts";
import { createFsDisk } from "../world/disk-fs.ts";
import { createLinuxHost } from "../world/host-linux.ts";
import { readInput } from "../world/input.ts";
import { lockFolder } from "../world/lock.ts";
import { createJsonLog } from "../world/log-json.ts";
import { hardwareOverview } from "../world/os-utils.ts";
import { bootIdOf, enabledCollectors, thingNameOf } from "./device.ts";
import { createPlant, type Plant } from "./plant.ts";
import { loadProfile } from "./profile-file.ts";
import { parseVerbArgs, type Verb } from "./verb.ts";
import { createAlertOutputs, createTransport } from "./ways-out.ts";

/** Where the models of ML behaviors are kept, below the state folder. */
const MODELS_FILE = "detect/models";

/** Bound of `--record`: some months of reports of one gateway. */
const RECORD_BYTES_MAX = 512 * 1024 * 1024;

export const run: Verb = {
  name: "run",
  summary: "Report, watch and serve the status page until stopped.",
  help: `Usage: fieldwarden run [--config FILE] [--record DIR] [options]

Runs until SIGINT or SIGTERM. What could not be sent stays in the spool (state_dir).

  --record DIR   Keep every report as a line of NDJSON in DIR, a file a day, for \`detect\` and \`profile\`.

Example: fieldwarden run --config /etc/fieldwarden/fieldwarden.yaml`,
  takesConfig: true,
  async run(io) {
    const { values } = parseVerbArgs(io.args, { record: { type: "string" } });
    const { config } = loadConfig({ args: values, env: io.env });
    requireForRun(config);
    const clock = systemClock;
    const log = createJsonLog({ level: config.log_level, clock, write: io.stderr });
    const host = createLinuxHost({ root: config.root });
    const thing = await thingNameOf(config, host);
    const credentialProblems = checkConfigCredentials(config);
    const profiles = await loadProfiles(config.security_profiles);
    const indicators = await loadIndicators(config.indicator_files, log);
    const unlock = await lockFolder(config.state_dir);
    const disk = createFsDisk({ folder: config.state_dir });
    const spool = await openState(config, () =>
      openSpool({
        disk,
        clock,
        log,
        bytesMax: config.spool_bytes_max,
        ageMsMax: config.spool_age_s_max * 1000,
      }),
    );
    const random = Math.random;
    const waysOut = { config, thing, version: io.version, log, stdout: io.stdout, random };
    const outputs = await createAlertOutputs(waysOut);
    const alerts = await openState(config, () =>
      createAlerts({
        disk,
        clock,
        log,
        random,
        thing,
        outputs,
        renotifyS: config.alert_renotify_s,
      }),
    );
    const transport = await createTransport(waysOut);
    const watch = createWatch({
      thing,
      profiles,
      indicators,
      savedState: decodeCarry(spool.carry)?.watch ?? null,
      savedModels: await disk.read(MODELS_FILE),
    });
    const onObservation = watch.see;
    const plant = await openState(config, () =>
      createPlant({ config, io, thing, clock, log, disk, random, onObservation }),
    );
    const agent = await startAgent({
      config,
      version: io.version,
      thing,
      bootId: await bootIdOf(host),
      clock,
      host,
      log,
      core: createTrafficCore(await io.loadCore(), { hashKey: randomBytes(8) }),
      collectors: enabledCollectors(config.collectors_disabled),
      spool,
      transport,
      watch,
      customMetrics: createCustomMetrics({
        specs: metricSpecsOf(config.metrics, config.metrics_ready),
        host,
        clock,
        disk,
        commandsAllowed: config.metrics_commands,
      }),
      alerts,
      ...(plant && { plant: plant.watch }),
      keepModels: (models) => disk.replace(MODELS_FILE, models),
      record: recorderTo(values.record as string | undefined, thing, log),
      random,
      process: () => ({
        rssBytes: process.memoryUsage.rss(),
        cpuS: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
      }),
    });
    for (const problem of credentialProblems) log.error("credentials", { reason: problem });
    const page = await servePage(config, agent, plant, log);
    const doubt = await networkDoubtOf(host);
    if (doubt !== null) log.warn("network", { reason: doubt });
    log.info("running", { thing, page: page?.address ?? "off", state_dir: config.state_dir });
    await tickUntilStopped(agent, io.stop);
    log.info("stopping", { waiting: spool.status().records });
    await page?.close();
    await agent.stop();
    unlock();
    return ExitCode.ok;
  },
};

/** A tick at the start of every second of the monotonic clock, so that each lands in its own. */
async function tickUntilStopped(agent: Agent, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const intoSecondMs = systemClock.monotonicMs() % 1000;
    await sleep(1000 - intoSecondMs, undefined, { signal: stop }).catch(() => {});
    if (!stop.aborted) await agent.tick();
  }
}

function checkConfigCredentials(config: Config): string[] {
  if (config.transport !== "mqtt") return [];
  const { mqtt_ca_file: caFile, mqtt_cert_file: certFile, mqtt_key_file: keyFile } = config;
  return checkCredentials({ caFile, certFile, keyFile }, systemClock.wallMs());
}

async function loadProfiles(files: readonly string[]): Promise<SecurityProfile[]> {
  const loaded = await Promise.all(files.map((file) => loadProfile(file)));
  return loaded.map(({ profile }) => profile);
}

/** Lines that say nothing are logged; a list of thousands is not given up for one of them. */
async function loadIndicators(files: readonly string[], log: Log): Promise<Indicator[]> {
  const all: Indicator[] = [];
  for (const file of files) {
    const { indicators, problems } = parseIndicators({
      name: basename(file),
      text: await readInput(file),
    });
    all.push(...indicators);
    for (const { where, reason } of problems) log.warn("indicator", { file, where, reason });
    log.info("indicators", { file, count: indicators.length });
  }
  return all;
}

/** Keeps reports for later; null when that was not asked for. */
function recorderTo(folder: string | undefined, thing: string, log: Log): AgentOptions["record"] {
  if (folder === undefined) return null;
  const recorder = createRecorder({
    disk: createFsDisk({ folder }),
    log,
    bytesMax: RECORD_BYTES_MAX,
  });
  return (report, wallMs) => recorder.record({ thing, received_at: wallMs, report });
}

/** What cannot be opened in the state folder ends the start, with a word on what to do. */
async function openState<T>(config: Config, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new FieldwardenError(
      error.code === "denied" ? ExitCode.permission : ExitCode.io,
      `state_dir ${config.state_dir}: ${error.message}`,
      "The agent's user must be able to write there; --state-dir names another folder.",
    );
  }
}

async function servePage(config: Config, agent: Agent, plant: Plant | null, log: Log) {
  if (config.status_listen === "off") return null;
  const metricSpecs = Object.assign({}, ...collectors.map(({ metrics }) => metrics));
  let device: DeviceStatus | null = null;
  let isAsked = false;
  return startStatusServer({
    listen: listenOf(config.status_listen),
    status() {
      // Read when somebody looks at the page, and not before: its library stays in memory.
      if (!isAsked) hardwareOverview(config.root).then((overview) => (device = overview));
      isAsked = true;
      return { ...agent.status(), device };
    },
    plant: () => plant?.status() ?? null,
    metricSpecs,
    log,
  });
}

/** "127.0.0.1:9790", "[::1]:9790" or "unix:/run/fieldwarden/status.sock". */
function listenOf(text: string): StatusListen {
  if (text.startsWith("unix:")) return { path: text.slice("unix:".length) };
  const colon = text.lastIndexOf(":");
  const host = text.slice(0, colon).replace(/^\[|\]$/g, "");
  return { host, port: Number(text.slice(colon + 1)) };
}
