import { suite } from "uvu";
import * as assert from "uvu/assert";
import { failedLogins, failuresIn } from "../../../../agent/metrics/sources/failed-logins.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const AUTH_LOG = "var/log/auth.log";
const BTMP = "var/log/btmp";

testMetricSource(failedLogins, {
  world: { host: createMemoryHost({ [AUTH_LOG]: "" }) },
  readsHost: true,
  readings: 2,
  members: { number: {} },
});

const test = suite("metrics: failed logins: details");

/** What sshd, login, su, sudo, dropbear and PAM write; five attempts failed, one did not. */
const lines = `Nov 24 06:25:01 gw sshd[811]: Invalid user admin from 10.0.0.66 port 51234
Nov 24 06:25:01 gw sshd[811]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.66
Nov 24 06:25:03 gw sshd[811]: Failed password for invalid user admin from 10.0.0.66 port 51234 ssh2
2026-11-24T06:25:09.000000+00:00 gw sshd-session[813]: Failed password for root from 2001:db8::66 port 51236 ssh2
Nov 24 06:25:10 gw sshd[814]: Accepted publickey for op from 10.0.0.7 port 51237 ssh2
Nov 24 06:26:00 gw login[900]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure
Nov 24 06:27:00 gw dropbear[77]: Bad password attempt for 'root' from 10.0.0.66:4312
Nov 24 06:28:00 gw su[95]: FAILED SU (to root) op on pts/0
`;

test("each attempt is counted once, whoever reports it", () => {
  assert.is(failuresIn(new TextEncoder().encode(lines)), 5);
});

test("what was there before is not counted, what comes is, once", async () => {
  const host = createMemoryHost({ [AUTH_LOG]: lines });
  const read = openSource(failedLogins, "number", {}, { host });
  assert.is(await read(), null);
  assert.is(await read(), 0);
  host.files.set(AUTH_LOG, lines + lines);
  assert.is(await read(), 5);
  assert.is(await read(), 0);
});

test("btmp is counted by its records of 384 bytes, where there is no text log", async () => {
  const host = createMemoryHost({ [BTMP]: new Uint8Array(384) });
  const read = openSource(failedLogins, "number", {}, { host });
  assert.is(await read(), null);
  host.files.set(BTMP, new Uint8Array(384 * 4));
  assert.is(await read(), 3);
});

test("a log that may not be read, or that is nowhere, is said", async () => {
  const denied = createMemoryHost({ [BTMP]: "" });
  denied.faults.set(BTMP, "denied");
  assert.match(await reasonOf(openSource(failedLogins, "number", {}, { host: denied })()), /btmp/);
  const none = openSource(failedLogins, "number", {})();
  assert.match(await reasonOf(none), /only the journal may know/);
});

test.run();
