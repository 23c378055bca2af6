import type { ObjectsSpec, ObjectValue, ScalarSpec, ValueOf } from "./core/option.ts";
import { metricsOption, readyNames } from "./metrics/spec.ts";

/**
 * Every option there is: `--help`, the checks at start, `config schema` and the README's table read
 * this. In the file they stand under these names; as environment variables in capitals behind
 * `FIELDWARDEN_`; as arguments with `--` and dashes.
 */
export type OptionSpec = ScalarSpec | ObjectsSpec;

export const options = {
  thing_name: {
    type: "string",
    default: "",
    pattern: /^[a-zA-Z0-9:_-]{0,128}$/,
    help: "Name of this device at AWS IoT or in the plant. Empty: the device's host name.",
  },
  root: {
    type: "string",
    default: "/",
    help: "Folder below which the device's /proc, /sys and /etc are read.",
  },
  state_dir: {
    type: "string",
    default: "/var/lib/fieldwarden",
    help: "Folder for what must outlive a restart: the spool of reports.",
  },
  report_interval_s: {
    type: "integer",
    default: 300,
    min: 1,
    max: 172_800,
    help: "Seconds between reports. AWS throttles a device that reports more often than every 300.",
  },
  report_format: {
    type: "string",
    default: "json",
    oneOf: ["json", "cbor"],
    help: "How reports are encoded. CBOR with short names takes a third fewer bytes.",
  },
  report_names: {
    type: "string",
    default: "long",
    oneOf: ["long", "short"],
    help: "Element names in reports: listening_tcp_ports or tp.",
  },
  report_ports_max: {
    type: "integer",
    default: 100,
    min: 0,
    max: 1000,
    help: "Ports listed in each list of a report. The totals are exact all the same.",
  },
  report_connections_max: {
    type: "integer",
    default: 100,
    min: 0,
    max: 1000,
    help: "Connections listed in a report: unknown peers first. The total is exact all the same.",
  },
  collectors_disabled: {
    type: "list",
    default: [],
    help: "Collectors that are not run (their names stand in the README).",
  },
  custom_metrics: {
    type: "list",
    default: [
      "traffic_*",
      "cpu_busy_ratio",
      "memory_available_bytes",
      "load1",
      "uptime_seconds",
      "mirror_*",
    ],
    help: "Readings that go up as custom metrics, by name; * stands for anything. mirror_ is what AWS counts too.",
  },
  metrics: metricsOption,
  metrics_ready: {
    type: "list",
    default: [],
    oneOf: readyNames,
    help: "Custom metrics that need no more than their name.",
  },
  metrics_commands: {
    type: "list",
    default: [],
    help: "Programs, by absolute path, that metrics with source command may run.",
  },
  topic_dimensions: {
    type: "list",
    default: [],
    pattern: /^[a-zA-Z0-9:_-]{1,128}=[^\s]+$/,
    help: "Dimensions of security profiles as NAME=TOPIC_FILTER, one filter each; messages are counted within them too.",
  },
  interfaces_include: {
    type: "list",
    default: ["*"],
    help: "Network interfaces whose traffic is counted; * stands for anything.",
  },
  interfaces_exclude: {
    type: "list",
    default: ["lo"],
    help: "Network interfaces that are not, even when included.",
  },
  transport: {
    type: "string",
    default: "mqtt",
    oneOf: ["mqtt", "file", "stdout"],
    help: "Where reports go.",
  },
  topic: {
    type: "string",
    default: "$aws/things/{thing}/defender/metrics/{format}",
    help: "MQTT topic of reports. Device Defender's own waits for its answer; any other, as $aws/rules/RULE/{thing}, for the broker's.",
  },
  mqtt_url: {
    type: "string",
    default: "",
    pattern: /^(mqtts?:\/\/[^/\s?#]+)?\/?$/,
    help: "Broker: mqtts://HOST[:8883], or mqtt://HOST[:1883] without TLS inside the plant.",
  },
  mqtt_client_id: {
    type: "string",
    default: "",
    help: "MQTT client id. Empty: the thing's name, as AWS wants it.",
  },
  mqtt_protocol: {
    type: "string",
    default: "3.1.1",
    oneOf: ["3.1.1", "5"],
    help: "MQTT version.",
  },
  mqtt_keep_alive_s: {
    type: "integer",
    default: 300,
    min: 30,
    max: 1200,
    help: "Seconds between MQTT pings; AWS takes 30 to 1200.",
  },
  mqtt_ca_file: {
    type: "string",
    default: "",
    help: "PEM file of the CA that signed the broker's certificate. Empty: the well-known CAs.",
  },
  mqtt_cert_file: { type: "string", default: "", help: "PEM file of this device's certificate." },
  mqtt_key_file: {
    type: "string",
    default: "",
    help: "PEM file of its private key; only the agent's user may read it.",
  },
  mqtt_username: { type: "string", default: "", help: "User name, for brokers that want one." },
  mqtt_password_file: { type: "string", default: "", help: "File with that user's password." },
  output_file: {
    type: "string",
    default: "",
    help: "File that transport `file` appends reports to.",
  },
  spool_bytes_max: {
    type: "integer",
    default: 8 * 1024 * 1024,
    min: 64 * 1024,
    max: 4 * 1024 * 1024 * 1024,
    help: "Bytes of disk that waiting reports may take. When full, the oldest go and it is noted.",
  },
  spool_age_s_max: {
    type: "integer",
    default: 14 * 86_400,
    min: 60,
    max: 365 * 86_400,
    help: "Age at which a waiting report is dropped. Device Defender keeps metrics for 14 days.",
  },
  security_profiles: {
    type: "list",
    default: [],
    help: "JSON files of Device Defender security profiles that are evaluated on this device.",
  },
  indicator_files: {
    type: "list",
    default: [],
    help: "Files of hostile addresses, networks, domains and ports: plain, CSV, or STIX 2.1.",
  },
  plant_interface: {
    type: "string",
    default: "",
    pattern: /^([a-zA-Z0-9_][a-zA-Z0-9_.@:-]{0,14})?$/,
    help: "Network interface, mostly of a mirror port, on which plant traffic is watched. Empty: none is.",
  },
  plant_filter: {
    type: "string",
    default: "",
    pattern: /^([^-].{0,4095})?$/,
    help: "What of it is watched, in tcpdump's language (pcap-filter(7)). Empty: all.",
  },
  plant_cpu_percent: {
    type: "integer",
    default: 50,
    min: 5,
    max: 100,
    help: "Share of one CPU that the agent may take before it looks at fewer pairs of hosts: one in 2, 4 … 64. What is left out counts as lost.",
  },
  plant_learn_s: {
    type: "integer",
    default: 7 * 86_400,
    min: 60,
    max: 90 * 86_400,
    help: "Seconds of traffic that are learnt before what is not normal is found. An attack in them is normal then: `baseline show` names what looks like one.",
  },
  plant_repeats_min: {
    type: "integer",
    default: 3,
    min: 1,
    max: 1000,
    help: "How often something must be seen while learning to become normal.",
  },
  plant_baseline_file: {
    type: "string",
    default: "",
    help: "File of what is normal, for `baseline show|diff|approve`. Empty: plant/baseline.json in state_dir.",
  },
  alert_outputs: {
    type: "list",
    default: [],
    help: "Where findings go, beside the record on disk: file, mqtt, webhook, syslog, stdout.",
  },
  alert_format: {
    type: "string",
    default: "finding",
    oneOf: ["finding", "sns-message", "eventbridge", "cloudevents", "ocsf"],
    help: "Form of findings in outputs file, mqtt and stdout.",
  },
  alert_file: { type: "string", default: "", help: "File that output `file` appends findings to." },
  alert_topic: {
    type: "string",
    default: "fieldwarden/{thing}/findings",
    help: "MQTT topic of output `mqtt`, at the broker that reports go to.",
  },
  alert_webhook_url: {
    type: "string",
    default: "",
    pattern: /^(https?:\/\/\S+)?$/,
    help: "URL that output `webhook` posts findings to: https://HOST/PATH.",
  },
  alert_webhook_format: {
    type: "string",
    default: "cloudevents",
    oneOf: ["cloudevents", "sns", "finding", "eventbridge", "ocsf"],
    help: "Form of the webhook's body.",
  },
  alert_webhook_token_file: {
    type: "string",
    default: "",
    help: "File with the bearer token of the webhook.",
  },
  alert_syslog_url: {
    type: "string",
    default: "",
    help: "Where output `syslog` sends to: udp://, tcp:// or tls://HOST:PORT, or unix:/PATH of a stream socket; the local daemon is udp://127.0.0.1.",
  },
  alert_ca_file: {
    type: "string",
    default: "",
    help: "PEM file of the CA of webhook and syslog. Empty: the well-known CAs.",
  },
  alert_renotify_s: {
    type: "integer",
    default: 3600,
    min: 60,
    max: 604_800,
    help: "Seconds until a finding that lasts is told again; the waits double up to a day.",
  },
  status_listen: {
    type: "string",
    default: "127.0.0.1:9790",
    pattern: /^(off|unix:\/.+|(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d{1,5})$/,
    help: "Where the status page and /metrics are: a loopback HOST:PORT, unix:/PATH, or off.",
  },
  log_level: {
    type: "string",
    default: "info",
    oneOf: ["debug", "info", "warn", "error"],
    help: "Least severe log lines that are written.",
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof options;

/** All options with their values, under the names of the table. */
export type Config = {
  readonly [Name in OptionName]: (typeof options)[Name] extends infer Spec
    ? Spec extends ScalarSpec
      ? ValueOf<Spec>
      : readonly ObjectValue[]
    : never;
};

export const optionNames = Object.keys(options) as OptionName[];

/** `reportIntervalS`'s spellings: FIELDWARDEN_REPORT_INTERVAL_S and --report-interval-s. */
export const envNameOf = (name: string) => `FIELDWARDEN_${name.toUpperCase()}`;
export const argNameOf = (name: string) => name.replaceAll("_", "-");
