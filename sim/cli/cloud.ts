import { once } from "node:events";
import { ExitCode } from "../../agent/core/errors.ts";
import type { LogLevel } from "../../agent/core/log.ts";
import { systemClock } from "../../agent/world/clock-system.ts";
import { createJsonLog } from "../../agent/world/log-json.ts";
import type { Credentials } from "../emulator/api/sigv4.ts";
import { startCloud } from "../emulator/cloud.ts";
import { REPORT_INTERVAL_S_MIN } from "../emulator/limits.ts";
import { caPathOf, openAuthority, openServer } from "../emulator/pki-files.ts";
import { numberOption, parseVerbArgs, textOption, usageError, type Verb } from "./verb.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const INTERVAL_S_MAX = 86_400;

export const cloud: Verb = {
  name: "cloud",
  summary: "Run a local AWS IoT Core and Device Defender.",
  help: `Usage: fieldwarden-sim cloud --dir DIR [options]

Runs an MQTT broker (3.1.1 and 5, mutual TLS) that takes Device Defender reports as AWS does, and an
HTTP API on loopback. That is AWS IoT's own for Device Defender, for any AWS client (aws iot
--endpoint-url …), and beside it /reports /rejections /things /account /healthz /metrics to read. Prints
one line of JSON on stdout when it is ready, logs to stderr, and runs until SIGINT or SIGTERM.

  --dir DIR              Keeps the CA and the server's certificate; made on first use.
  --mqtt-port N          [a free port]
  --api-port N           [a free port]
  --min-interval-s N     Least seconds between two reports of one thing; 0 for none. [${REPORT_INTERVAL_S_MIN}]
  --account ID           Twelve digits, for ARNs. [123456789012]
  --region NAME          For ARNs. [us-east-1]
  --credentials KEY:SECRET  Refuse calls of AWS's API that are not signed with these. [any are taken]
  --host ADDR            Where the broker listens; the HTTP API stays on loopback. [127.0.0.1]
  --log-level LEVEL      ${LEVELS.join(", ")} [info]

Example: fieldwarden-sim cloud --dir ./cloud --mqtt-port 8883 --min-interval-s 10
`,
  async run({ args, stdout, stderr, stop }) {
    const { values } = parseVerbArgs(
      args,
      {
        dir: { type: "string" },
        "mqtt-port": { type: "string" },
        "api-port": { type: "string" },
        "min-interval-s": { type: "string" },
        account: { type: "string", default: "123456789012" },
        region: { type: "string", default: "us-east-1" },
        credentials: { type: "string" },
        host: { type: "string", default: "127.0.0.1" },
        "log-level": { type: "string", default: "info" },
      },
      0,
    );
    const dir = textOption(values, "dir");
    const host = textOption(values, "host");
    const level = LEVELS.find((one) => one === values["log-level"]);
    if (level === undefined) throw usageError(`--log-level is one of ${LEVELS.join(", ")}`);
    const ports = {
      mqttPort: numberOption(values, "mqtt-port", 65_535, 0),
      apiPort: numberOption(values, "api-port", 65_535, 0),
    };
    const minIntervalS = numberOption(
      values,
      "min-interval-s",
      INTERVAL_S_MAX,
      REPORT_INTERVAL_S_MIN,
    );
    const account = {
      accountId: textOption(values, "account"),
      region: textOption(values, "region"),
    };
    if (!/^\d{12}$/.test(account.accountId)) throw usageError("--account has twelve digits");
    const credentials = credentialsOf(values.credentials);
    const clock = systemClock;
    const log = createJsonLog({ level, clock, write: stderr });
    const authority = await openAuthority(dir, clock);
    const server = await openServer(dir, authority, host, clock);
    const tls = { key: server.keyPem, cert: server.certificatePem, ca: authority.certificatePem };
    const accounted = { account: { ...account, authority }, credentials };
    const running = await startCloud({
      host,
      ...ports,
      ...accounted,
      minIntervalS,
      tls,
      clock,
      log,
    });
    const { mqttPort, apiUrl } = running;
    const ready = { ready: true, mqtt_port: mqttPort, api: apiUrl, ca: caPathOf(dir) };
    stdout(`${JSON.stringify(ready)}\n`);
    if (!stop.aborted) await once(stop, "abort");
    log.info("stopping");
    await running.close();
    return ExitCode.ok;
  },
};

function credentialsOf(text: unknown): Credentials | null {
  if (text === undefined) return null;
  const [accessKeyId = "", secretAccessKey = ""] = String(text).split(/:(.*)/, 2);
  if (accessKeyId === "" || secretAccessKey === "") throw usageError("--credentials is KEY:SECRET");
  return { accessKeyId, secretAccessKey };
}
