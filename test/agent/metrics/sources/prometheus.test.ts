import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CustomType } from "../../../../agent/core/custom-value.ts";
import type { ObjectValue } from "../../../../agent/core/option.ts";
import { prometheus } from "../../../../agent/metrics/sources/prometheus.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const text = `# TYPE raid_disks gauge
raid_disks{array="md0",state="active"} 2
raid_disks{array="md0",state="failed"} 1
raid_disks{array="md1",state="active"} 4
up NaN
`;
const host = createMemoryHost({ "var/lib/textfile/raid.prom": text });
const path = "/var/lib/textfile/raid.prom";

testMetricSource(prometheus, {
  world: { host },
  readsHost: true,
  members: {
    number: { path, metric: "raid_disks", labels: ["state=failed"] },
    "number-list": { path, metric: "raid_disks" },
  },
});

const test = suite("metrics: prometheus: details");
const read = (type: CustomType, members: ObjectValue) =>
  openSource(prometheus, type, members, { host })();

/** A real server for one reading. */
async function serving<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("several samples are a problem, or combined as was said", async () => {
  const metric = "raid_disks";
  assert.match(await reasonOf(read("number", { path, metric })), /has 3 samples of raid_disks/);
  assert.match(await reasonOf(read("number", { path, metric: "disks" })), /no such sample/);
  assert.is(await read("number", { path, metric, combine: "sum" }), 7);
  assert.is(await read("number", { path, metric, combine: "min" }), 1);
  assert.is(await read("number", { path, metric, combine: "max", scale: 10 }), 40);
  assert.equal(await read("number-list", { path, metric, labels: ["array=md0"] }), [2, 1]);
});

test("an endpoint is read by HTTP", async () => {
  const members = { metric: "raid_disks", labels: ["array=md1"] };
  const value = await serving(
    (_, response) => response.end(text),
    (url) => read("number", { ...members, url }),
  );
  assert.is(value, 4);
});

test("an endpoint that fails says how", async () => {
  const reasonFrom = (listener: RequestListener) =>
    serving(listener, (url) => reasonOf(read("number", { url, metric: "up" })));
  assert.match(await reasonFrom((_, response) => response.writeHead(503).end()), /answers 503/);
  assert.match(
    await reasonFrom((_, response) => response.writeHead(302, { location: "/other" }).end()),
    /answers 302/,
  );
  assert.match(await reasonFrom(({ socket }) => socket.destroy()), /cannot be read/);
  assert.match(
    await reasonFrom((_, response) => {
      response.on("error", () => {});
      const write = (): void => {
        while (response.write("x".repeat(65536))) if (response.destroyed) return;
        response.once("drain", write);
      };
      write();
    }),
    /has more than 4194304 bytes/,
  );
  const gone = await serving(
    () => {},
    async (url) => url,
  );
  assert.match(await reasonOf(read("number", { url: gone, metric: "up" })), /ECONNREFUSED/);
});

test("an endpoint that does not answer ends with the time limit", async () => {
  const limit = new AbortController();
  const reason = await serving(
    () => limit.abort(),
    (url) => reasonOf(openSource(prometheus, "number", { url, metric: "up" })(limit.signal)),
  );
  assert.match(reason, /took longer than its time limit/);
});

test.run();
