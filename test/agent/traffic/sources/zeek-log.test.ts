import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantObservation } from "../../../../agent/core/plant.ts";
import { readZeekLogs, type ZeekNotice } from "../../../../agent/traffic/sources/zeek-log.ts";

const test = suite("traffic: Zeek's logs");
const ids = {
  "id.orig_h": "10.0.0.1",
  "id.orig_p": 50_000,
  "id.resp_h": "10.0.0.2",
  "id.resp_p": 502,
};

async function read(logs: Record<string, readonly unknown[]>) {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-zeek-"));
  try {
    for (const [name, rows] of Object.entries(logs)) {
      const text = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
      const bytes = Buffer.from(`${text.join("\n")}\n`);
      writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
    }
    const observations: PlantObservation[] = [];
    const notices: ZeekNotice[] = [];
    const bad = await readZeekLogs(folder, {
      onObservation: (each) => observations.push(each),
      onNotice: (each) => notices.push(each),
    });
    const commands = observations.flatMap((each) => each.commands);
    return { bad, observations, notices, commands };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("conn.log becomes conversations, at the time of their end", async () => {
  const row = {
    ts: 1_700_000_000.5,
    uid: "CHhAvVGS1DHFjwGM9",
    ...ids,
    proto: "tcp",
    service: "modbus",
    duration: 30,
    orig_bytes: 24,
    resp_bytes: 30,
    history: "ShADadFfR",
    orig_pkts: 6,
    resp_pkts: 5,
    orig_ip_bytes: 300,
    resp_ip_bytes: 200,
    orig_l2_addr: "02:00:00:00:00:01",
  };
  const later = { ...row, ts: 1_700_000_005, duration: 1, proto: "udp", history: "Dd" };
  const { observations, bad } = await read({ "conn.log": [row, later] });
  assert.is(bad, 0);
  const all = observations.flatMap(({ conversations }) => conversations);
  assert.equal(all[0], {
    kind: "ipv4",
    protocol: 6,
    service: "modbus",
    initiator: { address: "10.0.0.1", port: 50_000, mac: "02:00:00:00:00:01" },
    responder: { address: "10.0.0.2", port: 502 },
    client: "initiator",
    packets: [6, 5],
    bytes: [300, 200],
    payloadBytes: [24, 30],
    synCount: 1,
    finCount: 2,
    rstCount: 1,
    firstMs: 1_700_000_000_500,
    lastMs: 1_700_000_030_500,
  });
  assert.is(all[1]!.protocol, 17);
});

test("messages of Zeek and of ICSNPP become commands in our words", async () => {
  const at = { ts: 1_700_000_000, ...ids };
  const { commands, notices } = await read({
    "modbus.log": [
      { ...at, unit: 7, func: "WRITE_SINGLE_REGISTER", pdu_type: "REQ" },
      {
        ...at,
        unit: 7,
        func: "WRITE_SINGLE_REGISTER_EXCEPTION",
        pdu_type: "RESP",
        exception: "ILLEGAL_DATA_ADDRESS",
      },
      { ...at, unit: 7, func: "unknown-65", pdu_type: "REQ" },
    ],
    "modbus_detailed.log": [{ ...at, unit: 7, func: "READ_COILS", request_response: "REQUEST" }],
    "dnp3.00:00:00-01:00:00.log.gz": [{ ...at, fc_request: "COLD_RESTART", fc_reply: "RESPONSE" }],
    "s7comm.log": [{ ...at, is_orig: true, rosctr_code: 1, function_code: "0x29" }],
    "cip.log": [{ ...at, direction: "request", cip_service_code: "0x05", class_id: "0x01" }],
    "notice.log": [{ ts: 1_700_000_001, note: "Scan::Port_Scan", msg: "m", src: "10.0.0.9" }],
  });
  const of = (protocol: string) => commands.filter((each) => each.protocol === protocol);
  assert.equal(
    of("modbus").map((each) => [
      each.object,
      each.command,
      each.commandClass,
      each.error,
      each.requestCount,
      each.errorCount,
    ]),
    [
      ["unit 7", "write single register", "write", "", 1, 0],
      ["unit 7", "write single register", "write", "illegal data address", 0, 1],
      ["unit 7", "function 0x41", "other", "", 1, 0],
    ],
  );
  assert.is(of("dnp3")[0]!.action, "restart");
  assert.is(of("s7comm")[0]!.action, "stop");
  assert.is(of("cip")[0]!.action, "restart");
  assert.is(notices[0]!.note, "Scan::Port_Scan");
});

test("lines that are none are counted, and none of them throws", async () => {
  const odd = [
    "{",
    "[]",
    "null",
    "7",
    {},
    { ts: "x", ...ids },
    { ts: 1, "id.orig_h": 5 },
    { ts: -1, ...ids },
  ];
  const { bad, commands } = await read({ "conn.log": odd, "modbus.log": odd, "cip.log": odd });
  assert.is(bad, 3 * odd.length);
  assert.equal(commands, []);
});

test("a folder without such logs is told from one that is quiet", async () => {
  assert.is((await read({ "http.log": [{}] })).bad, null);
  assert.is((await read({ "conn.log": ["#close"] })).bad, 0);
});

test.run();
