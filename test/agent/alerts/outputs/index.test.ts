import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createOutputs,
  type OutputSettings,
  outputNames,
  outputProblemsOf,
} from "../../../../agent/alerts/outputs/index.ts";
import { createStdoutTransport } from "../../../../agent/transports/stdout.ts";
import { speaker } from "../../../fixtures/findings.ts";

const test = suite("alerts: outputs: index");

const settings: OutputSettings = {
  format: "finding",
  file: "/tmp/findings.ndjson",
  topic: "plant/{thing}/findings",
  webhookUrl: "https://hooks.example/in",
  webhookFormat: "cloudevents",
  webhookTokenFile: "",
  syslogUrl: "udp://127.0.0.1",
  caFile: "",
};

test("every output can be made from its options, and each name once", async () => {
  assert.equal(outputProblemsOf(outputNames, settings), []);
  const topics: string[] = [];
  const outputs = createOutputs([...outputNames, "file"], {
    settings,
    speaker,
    stdout: process.stdout,
    openMqtt(topic) {
      topics.push(topic);
      return createStdoutTransport(process.stdout, "json");
    },
  });
  assert.equal(
    outputs.map(({ name }) => name),
    outputNames,
  );
  assert.equal(topics, ["plant/gw-7/findings"]);
  for (const output of outputs) await output.close();
});

test("what is missing or unknown is named with its option", () => {
  const empty = { ...settings, file: "", topic: "", webhookUrl: "", syslogUrl: "" };
  assert.equal(outputProblemsOf([...outputNames, "pager"], empty), [
    "alert_file is empty: alert output file needs it",
    "alert_topic is empty: alert output mqtt needs it",
    "alert_webhook_url is empty: alert output webhook needs it",
    "alert_syslog_url is empty: alert output syslog needs it",
    'alert_outputs: there is no output "pager"; there are file, mqtt, webhook, syslog, stdout',
  ]);
});

test.run();
