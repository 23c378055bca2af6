import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CustomType } from "../../../../agent/core/custom-value.ts";
import type { ObjectValue } from "../../../../agent/core/option.ts";
import { file } from "../../../../agent/metrics/sources/file.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const status = {
  radio: { rssi: -71, up: true },
  sensors: [
    { id: "a", celsius: 20.5 },
    { id: "b", celsius: 21 },
  ],
  dns: ["10.0.0.1", "2001:db8::53"],
};
const host = createMemoryHost({
  "proc/loadavg": "0.42 0.35 0.30 2/318 4711\n",
  "proc/sys/kernel/tainted": "4097\n",
  "run/modem.json": JSON.stringify(status),
  "etc/resolv.conf": "# by hand\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n",
  "run/numbers": " 1\n\n-2.5e3\n.5\n",
  "run/word": "many\n",
});

testMetricSource(file, {
  world: { host },
  readsHost: true,
  members: {
    number: { path: "/proc/sys/kernel/tainted" },
    "number-list": { path: "/run/modem.json", json_path: "sensors[*].celsius" },
    "string-list": { path: "/etc/resolv.conf", regex: "^(\\w+)" },
    "ip-address-list": { path: "/run/modem.json", json_path: "dns" },
  },
});

const test = suite("metrics: file: details");
const read = (type: CustomType, members: ObjectValue) =>
  openSource(file, type, members, { host })();
const reasonFrom = (type: CustomType, members: ObjectValue) => reasonOf(read(type, members));

test("a number is all of the file, a group, a whole match, or a JSON value", async () => {
  assert.is(await read("number", { path: "/proc/sys/kernel/tainted" }), 4097);
  assert.is(await read("number", { path: "/proc/loadavg", regex: "/(\\d+)" }), 318);
  assert.is(await read("number", { path: "/proc/loadavg", regex: "\\d+$", scale: 0.5 }), 2355.5);
  assert.is(await read("number", { path: "/run/modem.json", json_path: "radio.rssi" }), -71);
  assert.is(await read("number", { path: "/run/modem.json", json_path: "radio.up" }), 1);
});

test("lists are lines, all matches, or JSON lists", async () => {
  assert.equal(await read("number-list", { path: "/run/numbers" }), [1, -2500, 0.5]);
  const sensors = { path: "/run/modem.json", json_path: "sensors[*].id" };
  assert.equal(await read("string-list", sensors), ["a", "b"]);
  const nameservers = { path: "/etc/resolv.conf", regex: "^nameserver (\\S+)" };
  assert.equal(await read("ip-address-list", nameservers), ["10.0.0.1", "10.0.0.2"]);
  assert.equal(await read("string-list", { path: "/etc/resolv.conf", regex: "^search" }), []);
});

test("what is not there is said in words", async () => {
  const json = "/run/modem.json";
  assert.match(await reasonFrom("number", { path: "/none" }), /\/none: no such file/);
  assert.is(await reasonFrom("number", { path: "/run/word" }), '/run/word has "many" for a number');
  assert.match(await reasonFrom("number", { path: json, json_path: "radio" }), /for a number/);
  assert.match(await reasonFrom("number", { path: json, json_path: "a.b" }), /has nothing at a\.b/);
  assert.match(
    await reasonFrom("number", { path: json, json_path: "dns" }),
    /has 2 values where one/,
  );
  assert.match(
    await reasonFrom("string-list", { path: json, json_path: "sensors" }),
    /for a string/,
  );
  assert.match(
    await reasonFrom("number", { path: "/run/word", json_path: "a" }),
    /is not JSON: "many/,
  );
  assert.match(
    await reasonFrom("number", { path: "/run/word", regex: "\\d" }),
    /nothing that the regular expression finds/,
  );
});

test("a text that is too long to search is left alone", async () => {
  const large = createMemoryHost({ large: "1".repeat(1024 * 1024 + 1) });
  const reading = openSource(file, "number", { path: "/large" }, { host: large })();
  assert.match(await reasonOf(reading), /has more than 1048576 characters/);
});

test.run();
