/** The service's counts in Prometheus' text format 0.0.4. */
import type { Intake } from "../intake/intake.ts";
import type { Broker } from "../mqtt/broker.ts";

const PREFIX = "fieldwarden_cloud_";

export function metricsText({ counts, clients }: Broker, intake: Intake): string {
  const { accepted, rejected, throttled } = intake.counts;
  return [
    gauge("mqtt_connections", "Live MQTT connections.", clients().length),
    counter("mqtt_connections_opened", "TLS handshakes that succeeded.", counts.connectionsOpened),
    counter("mqtt_connections_refused", "TLS handshakes that failed.", counts.connectionsRefused),
    counter(
      "mqtt_client_errors",
      "Connections ended for what the client sent.",
      counts.clientErrors,
    ),
    counter("mqtt_messages_in", "Messages published by clients.", counts.messagesIn),
    counter("mqtt_messages_out", "Messages sent to clients.", counts.messagesOut),
    counter("mqtt_messages_dropped", "Messages for clients too slow.", counts.messagesDropped),
    counter("reports_accepted", "Reports taken.", accepted),
    counter("reports_rejected", "Reports refused, also those throttled.", rejected),
    counter("reports_throttled", "Reports refused because they came too early.", throttled),
    gauge("reports_kept", "Reports in memory.", intake.reports.size),
    gauge("reports_kept_bytes", "Their bytes, as received.", intake.reports.bytes),
  ].join("");
}

const gauge = (name: string, help: string, value: number): string =>
  family(name, "gauge", help, value);

const counter = (name: string, help: string, value: number): string =>
  family(`${name}_total`, "counter", help, value);

function family(name: string, type: string, help: string, value: number): string {
  const full = PREFIX + name;
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`;
}
