import type { AlertOutput } from "../alerts/output.ts";
import { createOutputs, type OutputSettings, outputProblemsOf } from "../alerts/outputs/index.ts";
import { createBackoff } from "../core/backoff.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Addressing, TopicDimension, Transport } from "../core/transport.ts";
import { addressingOf } from "../defender/topics.ts";
import { topicDimensionsOf } from "../metrics/connection.ts";
import type { Config } from "../options.ts";
import { createFileTransport } from "../transports/file.ts";
import { createStdoutTransport } from "../transports/stdout.ts";

/** What the ways out need to know of the device and the process. */
export interface WaysOutOptions {
  config: Config;
  thing: string;
  version: string;
  log: Log;
  stdout: NodeJS.WritableStream;
  /** Chance, in [0, 1), for the jitter of waits. */
  random: () => number;
}

/** Waits between connection attempts: an outage of a day costs a fleet's broker no storm. */
const CONNECT_DELAY_MS = { delayMsMin: 1000, delayMsMax: 5 * 60_000 };

/** The way out for reports. */
export async function createTransport(options: WaysOutOptions): Promise<Transport> {
  const { config, thing, stdout } = options;
  const format = config.report_format;
  if (config.transport === "stdout") return createStdoutTransport(stdout, format);
  if (config.transport === "file") return createFileTransport({ path: config.output_file, format });
  const connect = await mqttConnector(options);
  const dimensions = topicDimensionsOf(config.topic_dimensions);
  const addressing = addressingOf(config.topic, thing, format);
  return connect(config.mqtt_client_id || thing, addressing, dimensions);
}

/** The ways out for findings. Throws FieldwardenError where their options do not go together. */
export async function createAlertOutputs(options: WaysOutOptions): Promise<AlertOutput[]> {
  const { config, thing, version, stdout } = options;
  const settings = outputSettingsOf(config);
  const problems = outputProblemsOf(config.alert_outputs, settings);
  if (problems.length > 0) {
    throw new FieldwardenError(
      ExitCode.config,
      problems.join("\n"),
      "`fieldwarden config schema` prints all options with their limits.",
    );
  }
  const isMqtt = config.alert_outputs.includes("mqtt");
  const connect = isMqtt ? await mqttConnector(options) : null;
  return createOutputs(config.alert_outputs, {
    settings,
    speaker: { thing, version },
    stdout,
    openMqtt: (topic) =>
      connect!(`${config.mqtt_client_id || thing}-findings`, {
        publishTopic: topic,
        replyTopics: [],
        replyOf: () => null,
      }),
  });
}

function outputSettingsOf(config: Config): OutputSettings {
  return {
    format: config.alert_format,
    file: config.alert_file,
    topic: config.alert_topic,
    webhookUrl: config.alert_webhook_url,
    webhookFormat: config.alert_webhook_format,
    webhookTokenFile: config.alert_webhook_token_file,
    syslogUrl: config.alert_syslog_url,
    caFile: config.alert_ca_file,
  };
}

/** Loaded only when it is used: MQTT.js is the largest part of the agent. */
async function mqttConnector({ config, log, random }: WaysOutOptions) {
  const { createMqttTransport } = await import("../transports/mqtt.ts");
  return (clientId: string, addressing: Addressing, dimensions: readonly TopicDimension[] = []) =>
    createMqttTransport({
      url: config.mqtt_url,
      clientId,
      caFile: config.mqtt_ca_file,
      certFile: config.mqtt_cert_file,
      keyFile: config.mqtt_key_file,
      username: config.mqtt_username,
      passwordFile: config.mqtt_password_file,
      protocol: config.mqtt_protocol,
      keepAliveS: config.mqtt_keep_alive_s,
      addressing,
      dimensions,
      backoff: createBackoff({ ...CONNECT_DELAY_MS, random }),
      log,
    });
}
