import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tlsReasonOf } from "../../../agent/transports/tls-reason.ts";

const test = suite("transports: reasons in words");
const reasonOf = (code: string, message: string) =>
  tlsReasonOf(Object.assign(new Error(message), { code }));

test("connection errors say what they mean, and keep the original words", () => {
  const expectations: [string, string, RegExp][] = [
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:8883", /broker is down/],
    ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain", /wrong CA/],
    ["CERT_HAS_EXPIRED", "certificate has expired", /broker's certificate has expired/],
    [
      "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
      "ssl/tls alert certificate expired",
      /this device's/,
    ],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "tlsv1 alert unknown ca", /refuses this device's/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match", /another host name/],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND broker", /does not resolve/],
  ];
  for (const [code, message, meaning] of expectations) {
    assert.match(reasonOf(code, message), meaning);
    assert.ok(reasonOf(code, message).includes(message));
  }
});

test("an unknown error stays as it is", () => {
  assert.is(reasonOf("EODD", "odd"), "EODD odd");
});

test.run();
