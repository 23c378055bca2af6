import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type FormatName, formats } from "../../../../agent/alerts/formats/index.ts";
import {
  createWebhookOutput,
  type WebhookOutputOptions,
} from "../../../../agent/alerts/outputs/webhook.ts";
import { systemClock } from "../../../../agent/world/clock-system.ts";
import { caPathOf, openAuthority, openServer } from "../../../../sim/emulator/pki-files.ts";
import { testOutput } from "../../../contracts/alert-output.ts";
import { findingOf, noticesOf, speaker } from "../../../fixtures/findings.ts";

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real server that keeps what it is sent. */
async function raiseReceiver({ tls = false, answer = 204, respond = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-hook-"));
  const authority = await openAuthority(folder, systemClock);
  const identity = await openServer(folder, authority, "127.0.0.1", systemClock);
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    if (!respond) return;
    const body = answer === 204 ? "" : "said\nby the receiver";
    response.writeHead(answer, { location: "/elsewhere" }).end(body);
  };
  const open = async (port: number): Promise<Server & { closeAllConnections(): void }> => {
    const server = tls
      ? createTlsServer({ key: identity.keyPem, cert: identity.certificatePem }, listener)
      : createServer(listener);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return server;
  };
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const goAway = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    folder,
    received,
    caFile: caPathOf(folder),
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hook`,
    goAway,
    async comeBack() {
      server = await open(port);
    },
    async cleanUp() {
      await goAway();
      rmSync(folder, { recursive: true });
    },
  };
}

const outputTo = (url: string, format: FormatName, changes: Partial<WebhookOutputOptions> = {}) =>
  createWebhookOutput({
    url,
    format: formats[format],
    speaker,
    caFile: "",
    tokenFile: "",
    ...changes,
  });

const idOf: Partial<Record<FormatName, (body: string) => string>> = {
  cloudevents: (body) => JSON.parse(body).data.finding.id,
  sns: (body) => JSON.parse(JSON.parse(body).Message).violationId,
  ocsf: (body) => JSON.parse(body).finding_info.uid,
};

for (const [format, tls] of [
  ["cloudevents", true],
  ["sns", false],
  ["ocsf", false],
] as const) {
  testOutput(`webhook ${format}${tls ? " over TLS" : ""}`, async () => {
    const receiver = await raiseReceiver({ tls });
    const { received, goAway, comeBack, cleanUp } = receiver;
    return {
      output: outputTo(receiver.url, format, tls ? { caFile: receiver.caFile } : {}),
      received: async () => received.map(({ body }) => idOf[format]!(body)),
      goAway,
      comeBack,
      cleanUp,
    };
  });
}

const test = suite("alerts: outputs: webhook: details");
const [notice] = noticesOf([findingOf(1)]);

test("what is wrong with this record is refused; what may be mended outside waits", async () => {
  for (const [answer, outcome] of [
    [200, "delivered"],
    [202, "delivered"],
    [400, "refused"],
    [413, "refused"],
    [415, "refused"],
    [301, "unreachable"],
    [401, "unreachable"],
    [404, "unreachable"],
    [429, "unreachable"],
    [500, "unreachable"],
    [503, "unreachable"],
  ] as const) {
    const receiver = await raiseReceiver({ answer });
    const result = await outputTo(receiver.url, "cloudevents").deliver(notice!);
    assert.is(result.outcome, outcome, `${answer}`);
    if ("reason" in result) {
      assert.is(result.reason, `the receiver answered ${answer}: said by the receiver`);
    }
    assert.is(receiver.received.length, 1);
    await receiver.cleanUp();
  }
});

test("headers: the content type of the format, SNS's own, and a token read each time", async () => {
  const receiver = await raiseReceiver();
  const tokenFile = join(receiver.folder, "token");
  writeFileSync(tokenFile, "first\n");
  await outputTo(receiver.url, "cloudevents").deliver(notice!);
  const sns = outputTo(receiver.url, "sns", { tokenFile });
  await sns.deliver(notice!);
  writeFileSync(tokenFile, "second\n");
  await sns.deliver(notice!);
  const [plain, first, second] = receiver.received.map(({ headers }) => headers);
  assert.is(plain?.["content-type"], "application/cloudevents+json");
  assert.is(plain?.authorization, undefined);
  assert.is(plain?.["user-agent"], "fieldwarden/1.2.3");
  assert.is(first?.["content-type"], "text/plain; charset=UTF-8");
  assert.is(first?.["x-amz-sns-message-type"], "Notification");
  assert.is(first?.["x-amz-sns-message-id"], second?.["x-amz-sns-message-id"]);
  assert.equal([first?.authorization, second?.authorization], ["Bearer first", "Bearer second"]);
  await receiver.cleanUp();
});

test("a certificate of another CA is not taken", async () => {
  const [receiver, other] = [await raiseReceiver({ tls: true }), await raiseReceiver()];
  for (const caFile of ["", other.caFile]) {
    const result = await outputTo(receiver.url, "cloudevents", { caFile }).deliver(notice!);
    assert.is(result.outcome, "unreachable");
    assert.match("reason" in result ? result.reason : "", /certificate|VERIFY|ISSUER/i);
  }
  assert.is(receiver.received.length, 0);
  await receiver.cleanUp();
  await other.cleanUp();
});

test("a receiver that never answers has its time, and no more", async () => {
  const receiver = await raiseReceiver({ respond: false });
  const output = outputTo(receiver.url, "cloudevents", { timeoutMs: 50 });
  assert.equal(await output.deliver(notice!), {
    outcome: "unreachable",
    reason: "the receiver does not answer",
  });
  await receiver.cleanUp();
});

test("secrets in the URL are not shown", () => {
  const { endpoint } = outputTo("https://user:secret@hooks.example/in?key=secret", "ocsf");
  assert.is(endpoint, "https://hooks.example/in");
});

test.run();
