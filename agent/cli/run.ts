import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, startAgent } from "../agent.ts";
import { collectors } from "../collectors/index.ts";
import { networkDoubtOf } from "../collectors/parse/network-folder.ts";
import { loadConfig, requireForRun } from "../config.ts";
import { createBackoff } from "../core/backoff.ts";
import { DiskError } from "../core/disk.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Spool } from "../core/spool.ts";
import type { DeviceStatus } from "../core/status.ts";
import type { Transport } from "../core/transport.ts";
import { addressingOf } from "../defender/topics.ts";
import type { Config } from "../options.ts";
import { openSpool } from "../store/spool.ts";
import { createTrafficCore } from "../traffic/core.ts";
import { createFileTransport } from "../transports/file.ts";
import { createStdoutTransport } from "../transports/stdout.ts";
import { type StatusListen, startStatusServer } from "../web/server.ts";
import { systemClock } from "../world/clock-system.ts";
import { checkCredentials } from "../world/credentials.ts";
import { createFsDisk } from "../world/disk-fs.ts";
import { createLinuxHost } from "../world/host-linux.ts";
import { lockFolder } from "../world/lock.ts";
import { createJsonLog } from "../world/log-json.ts";
import { hardwareOverview } from "../world/os-utils.ts";
import { bootIdOf, enabledCollectors, thingNameOf } from "./device.ts";
import { type Io, parseVerbArgs, type Verb } from "./verb.ts";

/** Waits between connection attempts: an outage of a day costs a fleet's broker no storm. */
const CONNECT_DELAY_MS = { delayMsMin: 1000, delayMsMax: 5 * 60_000 };

export const run: Verb = {
  name: "run",
  summary: "Report, watch and serve the status page until stopped.",
  help: `Usage: fieldwarden run [--config FILE] [options]

Runs until SIGINT or SIGTERM. What could not be sent stays in the spool (state_dir).

Example: fieldwarden run --config /etc/fieldwarden/fieldwarden.yaml`,
  takesConfig: true,
  async run(io) {
    const { values } = parseVerbArgs(io.args, {});
    const { config } = loadConfig({ args: values, env: io.env });
    requireForRun(config);
    const clock = systemClock;
    const log = createJsonLog({ level: config.log_level, clock, write: io.stderr });
    const host = createLinuxHost({ root: config.root });
    const thing = await thingNameOf(config, host);
    const credentialProblems = checkConfigCredentials(config);
    const unlock = await lockFolder(config.state_dir);
    const spool = await openStateSpool(config, log);
    const transport = await createTransport(config, thing, log, io);
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
      random: Math.random,
      process: () => ({
        rssBytes: process.memoryUsage.rss(),
        cpuS: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
      }),
    });
    for (const problem of credentialProblems) log.error("credentials", { reason: problem });
    const page = await servePage(config, agent, log);
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

async function openStateSpool(config: Config, log: Log): Promise<Spool> {
  try {
    return await openSpool({
      disk: createFsDisk({ folder: config.state_dir }),
      clock: systemClock,
      log,
      bytesMax: config.spool_bytes_max,
      ageMsMax: config.spool_age_s_max * 1000,
    });
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new FieldwardenError(
      error.code === "denied" ? ExitCode.permission : ExitCode.io,
      `state_dir ${config.state_dir}: ${error.message}`,
      "The agent's user must be able to write there; --state-dir names another folder.",
    );
  }
}

async function createTransport(
  config: Config,
  thing: string,
  log: Log,
  { stdout }: Io,
): Promise<Transport> {
  const format = config.report_format;
  if (config.transport === "stdout") return createStdoutTransport(stdout, format);
  if (config.transport === "file") return createFileTransport({ path: config.output_file, format });
  // Loaded only when it is used: MQTT.js is the largest part of the agent.
  const { createMqttTransport } = await import("../transports/mqtt.ts");
  return createMqttTransport({
    url: config.mqtt_url,
    clientId: config.mqtt_client_id || thing,
    caFile: config.mqtt_ca_file,
    certFile: config.mqtt_cert_file,
    keyFile: config.mqtt_key_file,
    username: config.mqtt_username,
    passwordFile: config.mqtt_password_file,
    protocol: config.mqtt_protocol,
    keepAliveS: config.mqtt_keep_alive_s,
    addressing: addressingOf(config.topic, thing, format),
    backoff: createBackoff({ ...CONNECT_DELAY_MS, random: Math.random }),
    log,
  });
}

async function servePage(config: Config, agent: Agent, log: Log) {
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
