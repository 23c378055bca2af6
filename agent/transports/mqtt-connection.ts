import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { type IClientOptions, MqttClient } from "mqtt";

export interface MqttConnectionOptions {
  /** mqtts://host[:8883], or mqtt://host[:1883] for a plain broker inside the plant. */
  url: string;
  clientId: string;
  caFile: string;
  certFile: string;
  keyFile: string;
  username: string;
  passwordFile: string;
  /** 3.1.1 is level 4 on the wire. */
  protocol: "3.1.1" | "5";
  keepAliveS: number;
}

/** How long TCP, TLS and CONNACK may take together. */
const CONNECT_MS_MAX = 15_000;

/** The ALPN name by which AWS IoT Core takes MQTT on port 443. */
const ALPN_MQTT = "x-amzn-mqtt-ca";

/** A client that is connecting. Throws where a credential file cannot be read. */
export function openClient(
  options: MqttConnectionOptions,
  onStreamError: (error: Error) => void,
): MqttClient {
  const settings: IClientOptions = {
    clientId: options.clientId,
    protocolVersion: options.protocol === "5" ? 5 : 4,
    keepalive: options.keepAliveS,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_MS_MAX,
    queueQoSZero: false,
    resubscribe: false,
    // Its 65,536 prepared buffers cost 18 MB and save nothing at one report in five minutes.
    writeCache: false,
    ...(options.username !== "" && { username: options.username }),
    ...(options.passwordFile !== "" && {
      password: readFileSync(options.passwordFile, "utf8").trim(),
    }),
  };
  const openStream = streamFor(options);
  return new MqttClient(() => openStream().on("error", onStreamError), settings);
}

/** Reads the credentials now, so that a missing file is this connection's error. */
function streamFor({ url, caFile, certFile, keyFile }: MqttConnectionOptions) {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol === "mqtt:") return () => connectTcp({ host, port: Number(port || 1883) });
  const tls = {
    host,
    port: Number(port || 8883),
    ...(isIP(host) === 0 && { servername: host }),
    minVersion: "TLSv1.2" as const,
    ...(caFile !== "" && { ca: readFileSync(caFile) }),
    ...(certFile !== "" && { cert: readFileSync(certFile), key: readFileSync(keyFile) }),
    ...(port === "443" && { ALPNProtocols: [ALPN_MQTT] }),
  };
  return () => connectTls(tls);
}

/**
 * With TLS 1.3 a client's handshake is over before the server has judged its certificate, and many
 * servers then just close: all there is to go by is the certificate itself.
 */
export function closedEarlyReasonOf(certFile: string): string {
  const closed = "the broker closed the connection before it answered";
  try {
    const { validTo } = new X509Certificate(readFileSync(certFile));
    return Date.now() > Date.parse(validTo)
      ? `${closed}: this device's certificate expired on ${validTo}`
      : `${closed}: it may not take this device's certificate, or its client id`;
  } catch {
    return closed; // There is none, or it cannot be read: connecting says that better.
  }
}
