import type { Transport } from "../../core/transport.ts";
import type { Speaker } from "../formats/format.ts";
import { type FormatName, formats } from "../formats/index.ts";
import type { AlertOutput } from "../output.ts";
import { createFileOutput } from "./file.ts";
import { createMqttOutput } from "./mqtt.ts";
import { createStdoutOutput } from "./stdout.ts";
import { createSyslogOutput } from "./syslog.ts";
import { createWebhookOutput } from "./webhook.ts";

/** Formats of the outputs that carry one finding a line or message. */
export const messageFormats = [
  "finding",
  "sns-message",
  "eventbridge",
  "cloudevents",
  "ocsf",
] as const satisfies readonly FormatName[];

/** Formats of a webhook's body. */
export const webhookFormats = [
  "cloudevents",
  "sns",
  "finding",
  "eventbridge",
  "ocsf",
] as const satisfies readonly FormatName[];

/** The options of the outputs; an empty string is "not set". */
export interface OutputSettings {
  /** Of file, mqtt and stdout. */
  format: (typeof messageFormats)[number];
  file: string;
  /** `{thing}` stands for the thing's name. */
  topic: string;
  webhookUrl: string;
  webhookFormat: (typeof webhookFormats)[number];
  webhookTokenFile: string;
  syslogUrl: string;
  /** Of webhook and syslog. */
  caFile: string;
}

/** What outputs need of the process beyond their options. */
export interface OutputContext {
  settings: OutputSettings;
  speaker: Speaker;
  stdout: NodeJS.WritableStream;
  /** A broker connection of its own that publishes on this topic and takes the PUBACK as answer. */
  openMqtt: (topic: string) => Transport;
}

/** Every output there is, by the name that `alert_outputs` knows it by. */
const creators = {
  file: ({ settings: { file: path, format }, speaker }) =>
    createFileOutput({ path, format: formats[format], speaker }),
  mqtt: ({ settings, speaker, openMqtt }) => {
    const topic = settings.topic.replaceAll("{thing}", speaker.thing);
    const format = formats[settings.format];
    return createMqttOutput({ transport: openMqtt(topic), topic, format, speaker });
  },
  webhook: ({ settings, speaker }) =>
    createWebhookOutput({
      url: settings.webhookUrl,
      format: formats[settings.webhookFormat],
      speaker,
      caFile: settings.caFile,
      tokenFile: settings.webhookTokenFile,
    }),
  syslog: ({ settings: { syslogUrl: url, caFile }, speaker }) =>
    createSyslogOutput({ url, format: formats.syslog, speaker, caFile }),
  stdout: ({ settings, stdout, speaker }) =>
    createStdoutOutput({ stdout, format: formats[settings.format], speaker }),
} as const satisfies Record<string, (context: OutputContext) => AlertOutput>;

export type OutputName = keyof typeof creators;

export const outputNames = Object.keys(creators) as OutputName[];

/** What is wrong with these names and their settings, a sentence each; empty when all is well. */
export function outputProblemsOf(names: readonly string[], settings: OutputSettings): string[] {
  const needs: Readonly<Record<string, [option: string, value: string]>> = {
    file: ["alert_file", settings.file],
    mqtt: ["alert_topic", settings.topic],
    webhook: ["alert_webhook_url", settings.webhookUrl],
    syslog: ["alert_syslog_url", settings.syslogUrl],
  };
  return [...new Set(names)].flatMap((name) => {
    if (!(name in creators)) {
      return [`alert_outputs: there is no output "${name}"; there are ${outputNames.join(", ")}`];
    }
    const need = needs[name];
    return need !== undefined && need[1] === ""
      ? [`${need[0]} is empty: alert output ${name} needs it`]
      : [];
  });
}

/** The outputs of these names, without doubles. To be checked by `outputProblemsOf` before. */
export function createOutputs(names: readonly string[], context: OutputContext): AlertOutput[] {
  return [...new Set(names)].map((name) => creators[name as OutputName](context));
}
