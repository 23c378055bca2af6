/** What OpenSSL's and Node's connection errors mean here, and what mends them. */
const reasons: readonly [pattern: RegExp, reason: string][] = [
  [
    /UNABLE_TO_VERIFY_LEAF|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|unable to verify|self.signed/i,
    "the broker's certificate is not signed by mqtt_ca_file: wrong CA, or not the broker you mean",
  ],
  [/CERT_HAS_EXPIRED|certificate has expired/i, "the broker's certificate has expired"],
  [
    /CERT_NOT_YET_VALID/i,
    "the broker's certificate is not valid yet: this device's clock is behind",
  ],
  [
    /ALTNAME_INVALID/i,
    "the broker's certificate is for another host name than the one in mqtt_url",
  ],
  [/alert certificate expired/i, "the broker says that this device's certificate has expired"],
  [
    /alert (unknown ca|bad certificate|certificate unknown|certificate revoked)/i,
    "the broker refuses this device's certificate: not signed by a CA that it trusts, or revoked",
  ],
  [
    /alert certificate required/i,
    "the broker wants a device certificate: set mqtt_cert_file and mqtt_key_file",
  ],
  [
    /alert no application protocol|NO_APPLICATION_PROTOCOL/i,
    "the broker does not speak MQTT on this port (ALPN)",
  ],
  [
    /wrong version number|packet length too long/i,
    "the port does not speak TLS: mqtt:// instead of mqtts://, or another port",
  ],
  [/ECONNREFUSED/, "nothing listens there: the broker is down, or mqtt_url has the wrong port"],
  [/ENOTFOUND|EAI_AGAIN/, "the host name in mqtt_url does not resolve: check DNS"],
  [/EHOSTUNREACH|ENETUNREACH/, "no route to the broker: check the network"],
  [/ETIMEDOUT|connack timeout/i, "the broker does not answer: a firewall, or a wrong address"],
  [/ECONNRESET|EPIPE|closed/i, "the broker closed the connection"],
];

/** A sentence for the operator: what it means, then the original words. */
export function tlsReasonOf(error: Error & { code?: string | number }): string {
  const text = `${error.code ?? ""} ${error.message}`.trim();
  const known = reasons.find(([pattern]) => pattern.test(text));
  return known === undefined ? text : `${known[1]} (${text})`;
}
