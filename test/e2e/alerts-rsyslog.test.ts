/** Debian's rsyslog over UDP, TCP, TLS and a local socket: what it understood of our messages. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { formats } from "../../agent/alerts/formats/index.ts";
import { createSyslogOutput } from "../../agent/alerts/outputs/syslog.ts";
import { systemClock } from "../../agent/world/clock-system.ts";
import { caPathOf, openAuthority, openServer } from "../../sim/emulator/pki-files.ts";
import { until } from "../fixtures/cloud.ts";
import { findingOf, hostileFinding, noticesOf, speaker } from "../fixtures/findings.ts";

const test = suite("e2e: findings in rsyslog");

let folder = "";
let daemon: ChildProcess;
const urls: Record<string, string> = {};

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-rsyslog-"));
  const authority = await openAuthority(folder, systemClock);
  const { keyPem, certificatePem } = await openServer(folder, authority, "127.0.0.1", systemClock);
  writeFileSync(join(folder, "key.pem"), keyPem);
  writeFileSync(join(folder, "cert.pem"), certificatePem);
  const [plain, tls] = [await freePort(), await freePort()];
  const socket = join(folder, "log.sock");
  const config = join(folder, "rsyslog.conf");
  writeFileSync(config, configOf(plain, tls, socket));
  urls.udp = `udp://127.0.0.1:${plain}`;
  urls.tcp = `tcp://127.0.0.1:${plain}`;
  urls.tls = `tls://127.0.0.1:${tls}`;
  urls.unix = `unix:${socket}`;
  const args = ["-n", "-f", config, "-i", join(folder, "pid")];
  daemon = spawn("rsyslogd", args, { stdio: ["ignore", "ignore", "inherit"] });
  await until(() => existsSync(socket));
});
test.after(async () => {
  const ended = new Promise((resolve) => daemon.once("close", resolve));
  daemon.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true });
});

/** rsyslog's own reading, a JSON object a line; each input has its own file. */
const configOf = (plain: number, tls: number, socket: string) => `
global(workDirectory="${folder}" maxMessageSize="8k"
  defaultNetstreamDriverCAFile="${caPathOf(folder)}"
  defaultNetstreamDriverCertFile="${folder}/cert.pem"
  defaultNetstreamDriverKeyFile="${folder}/key.pem")
module(load="imudp")
module(load="imptcp")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="read" type="list" option.jsonf="on") {
${["pri", "hostname", "app-name", "procid", "msgid", "structured-data", "msg", "protocol-version"]
  .map((name) => `  property(outname="${name}" name="${name}" format="jsonf")`)
  .join("\n")}
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
}
${["udp", "tcp", "tls", "unix"]
  .map(
    (name) => `ruleset(name="${name}") {
  action(type="omfile" file="${folder}/${name}.json" template="read")
}`,
  )
  .join("\n")}
input(type="imudp" address="127.0.0.1" port="${plain}" ruleset="udp")
input(type="imptcp" address="127.0.0.1" port="${plain}" ruleset="tcp")
input(type="imtcp" address="127.0.0.1" port="${tls}" ruleset="tls")
input(type="imptcp" path="${socket}" ruleset="unix")
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const linesOf = (name: string): Record<string, string>[] => {
  const path = join(folder, `${name}.json`);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

const notices = noticesOf([
  findingOf(80),
  hostileFinding,
  findingOf(81, { severity: "critical", why: "漢".repeat(2000) }),
]);

for (const way of ["udp", "tcp", "tls", "unix"]) {
  test(`over ${way} every message arrives with its parts where they belong`, async () => {
    const output = createSyslogOutput({
      url: urls[way]!,
      format: formats.syslog,
      speaker,
      caFile: caPathOf(folder),
    });
    for (const notice of notices) {
      assert.equal(await output.deliver(notice), { outcome: "delivered" });
    }
    await output.close();
    await until(() => linesOf(way).length >= notices.length);
    const [plain, hostile, long] = linesOf(way);
    const { "structured-data": data, msg, ...parts } = plain!;
    assert.equal(parts, {
      pri: "35",
      hostname: "gw-7",
      "app-name": "fieldwarden",
      procid: "-",
      msgid: "in-alarm",
      "protocol-version": "1",
      time: "2026-11-24T08:30:00.250Z",
    });
    assert.match(data!, /^\[fieldwarden@32473 id="0{30}50" sequence="1" kind="raised" /);
    assert.match(data!, / subject="tcp\/80" count="1" /);
    assert.match(msg!, "port 80 listens now; it was closed in all 288 learned windows");
    assert.match(hostile!["structured-data"]!, 'subject="x\\"\\]\\\\ <0>1 forged');
    assert.match(hostile!.msg!, /a forged line.*漢字 😀/);
    assert.is(long!.pri, "34");
    assert.match(long!.msg!, "漢".repeat(2000));
    assert.is(linesOf(way).length, notices.length, "nothing forged a message of its own");
  });
}

test.run();
