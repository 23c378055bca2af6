/** The built program on captures that are written here. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ACK, host, modbus, SYN, segment } from "../../wasm/frames.ts";

const test = suite("cli: watch, the built program");
let folder = "";

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-watch-"));
});
test.after(() => rmSync(folder, { recursive: true }));

function program(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["build/agent/main.js", "watch", ...args],
    { encoding: "utf8", timeout: 20_000 },
  );
  return { status, stdout, stderr };
}

const [hmi, plc] = [host(1), host(2)];
const packets = [
  segment(hmi, plc, { srcPort: 50_000, dstPort: 502, seq: 1, flags: SYN }),
  segment(plc, hmi, { srcPort: 502, dstPort: 50_000, seq: 1, flags: SYN | ACK }),
  segment(hmi, plc, { srcPort: 50_000, dstPort: 502, seq: 2, flags: ACK }, modbus(1, 7, 6)),
  segment(plc, hmi, { srcPort: 502, dstPort: 50_000, seq: 2, flags: ACK }, modbus(1, 7, 6)),
];

function capture(name: string, frames: readonly Uint8Array[]): string {
  const records = frames.map((frame, i) => {
    const header = Buffer.alloc(16);
    header.writeUInt32LE(1_700_000_000 + i, 0);
    header.writeUInt32LE(frame.length, 8);
    header.writeUInt32LE(frame.length, 12);
    return Buffer.concat([header, frame]);
  });
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(1, 20);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([header, ...records]));
  return path;
}

test("--json has the truth files' members, of several files as of one", () => {
  const first = capture("first.pcap", packets.slice(0, 3));
  const second = capture("second.pcap", packets.slice(3));
  const { status, stdout } = program("--pcap", first, second, "--json");
  assert.is(status, 0);
  const seen = JSON.parse(stdout);
  assert.is(seen.packets, 4);
  assert.is(seen.first, 1_700_000_000);
  assert.equal(seen.macs_unicast, ["02:00:00:00:00:01", "02:00:00:00:00:02"]);
  assert.equal(seen.ipv4, ["10.0.0.1", "10.0.0.2"]);
  assert.equal(seen.commands, {
    modbus: {
      "10.0.0.1>10.0.0.2": { request: { "unit=7 fc=6": 1 }, response: { "unit=7 fc=6": 1 } },
    },
  });
  const [conversation] = seen.conversations;
  assert.equal(
    [
      conversation.proto,
      conversation.src,
      conversation.sport,
      conversation.dst,
      conversation.dport,
    ],
    ["tcp", "10.0.0.1", 50_000, "10.0.0.2", 502],
  );
  assert.equal(conversation.packets, [2, 2]);
  assert.is(conversation.syn, 1);
  assert.equal(seen.lost, { packets: 0, conversations: 0, commands: 0 });
});

test("without --json, people can read it", () => {
  const { stdout } = program("--pcap", capture("whole.pcap", packets));
  assert.match(stdout, "4 packets");
  assert.match(
    stdout,
    "10.0.0.1 > 10.0.0.2  modbus\n    write single register (unit 7): 1 asked, 1 answered",
  );
});

test("writes conn.log and a VPC flow log beside", () => {
  const [conn, flow] = [join(folder, "conn.log"), join(folder, "flow.log")];
  program("--pcap", capture("logs.pcap", packets), "--conn-log", conn, "--flow-log", flow);
  const row = JSON.parse(readFileSync(conn, "utf8"));
  assert.equal([row["id.orig_h"], row.service, row.conn_state], ["10.0.0.1", "modbus", "S1"]);
  assert.is(readFileSync(flow, "utf8").trim().split("\n").length, 3);
});

test("what is wrong with a file is said, and what was read of it before", () => {
  const whole = readFileSync(capture("cut.pcap", packets));
  const cut = join(folder, "cut.pcap");
  writeFileSync(cut, whole.subarray(0, whole.length - 3));
  const torn = program("--pcap", cut, "--json");
  assert.is(torn.status, 65);
  assert.match(torn.stderr, "cut.pcap: ends within the record");
  assert.is(JSON.parse(torn.stdout).packets, 3);

  const text = join(folder, "text.pcap");
  writeFileSync(text, "hello, world");
  assert.is(program("--pcap", text).status, 65);
  assert.is(program("--pcap", join(folder, "none.pcap")).status, 66);
});

test("says how it is to be called", () => {
  for (const args of [
    [],
    ["--pcap", "a", "--interface", "b"],
    ["--interface", "a", "port", "502"],
    ["--interface", "a", "--snap-bytes", "1"],
  ]) {
    assert.is(program(...args).status, 64, args.join(" "));
  }
  assert.is(program("--conn-log", "/nonexistent/conn.log", "--pcap", "a").status, 74);
});

test.run();
