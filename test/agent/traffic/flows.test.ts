import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ConversationCount } from "../../../agent/core/plant.ts";
import { connLogLine, connStateOf } from "../../../agent/traffic/conn-log.ts";
import { flowLogLines } from "../../../agent/traffic/flow-log.ts";
import { createFlows, type Flow } from "../../../agent/traffic/flows.ts";

const test = suite("traffic: flows and their logs");

const flow: Flow = {
  kind: "ipv4",
  protocol: 6,
  service: "modbus",
  initiator: { address: "10.0.0.1", port: 50_000, mac: "02:00:00:00:00:01" },
  responder: { address: "10.0.0.2", port: 502 },
  packets: [3, 2],
  bytes: [300, 200],
  payloadBytes: [24, 30],
  synCount: 1,
  finCount: 0,
  rstCount: 0,
  firstMs: 1_700_000_000_000.5,
  lastMs: 1_700_000_001_000,
};

function collect(flowsMax?: number) {
  const told: Flow[] = [];
  const flows = createFlows((each) => told.push(each), flowsMax);
  const observe = (untilMs: number, ...conversations: ConversationCount[]) =>
    flows.observe({ fromMs: 0, untilMs, commands: [], conversations, facts: [], lostCount: 0 });
  return { told, flows, observe };
}

test("a flow is told when it is closed, with all its stretches in it, whoever they name first", () => {
  const { told, observe } = collect();
  observe(1_700_000_002_000, flow);
  const back = { ...flow, initiator: flow.responder, responder: flow.initiator };
  const end = { ...back, packets: [1, 4], bytes: [60, 240], payloadBytes: [0, 0] } as const;
  observe(1_700_000_012_000, { ...end, synCount: 0, finCount: 2, lastMs: 1_700_000_011_000 });
  assert.equal(told, []);
  observe(1_700_000_022_000);
  assert.is(told.length, 1);
  assert.equal(told[0]!.packets, [7, 3]);
  assert.equal(told[0]!.bytes, [540, 260]);
  assert.is(told[0]!.firstMs, flow.firstMs);
  assert.is(told[0]!.lastMs, 1_700_000_011_000);
  assert.is(connStateOf(told[0]!), "SF");
});

test("what is quiet is told: UDP after a minute, TCP after five", () => {
  const { told, observe } = collect();
  const udp = { ...flow, protocol: 17, synCount: 0 };
  observe(flow.lastMs, flow, udp);
  observe(flow.lastMs + 59_000);
  assert.is(told.length, 0);
  observe(flow.lastMs + 60_000);
  assert.equal(
    told.map(({ protocol }) => protocol),
    [17],
  );
  observe(flow.lastMs + 299_000);
  assert.is(told.length, 1);
  observe(flow.lastMs + 300_000);
  assert.is(told.length, 2);
});

test("beyond the bound, what was quiet longest goes first; link and ARP are no flows", () => {
  const { told, flows, observe } = collect(2);
  const from = (port: number): Flow => ({ ...flow, initiator: { ...flow.initiator, port } });
  observe(flow.lastMs, from(1), from(2), from(1), from(3));
  assert.equal(
    told.map(({ initiator }) => initiator.port),
    [2],
  );
  observe(flow.lastMs, { ...flow, kind: "link" }, { ...flow, kind: "arp" });
  assert.is(told.length, 1);
  flows.close();
  assert.is(told.length, 3);
});

test("a line of Zeek's conn.log", () => {
  const line = JSON.parse(connLogLine(flow));
  assert.match(line.uid, /^C[0-9A-Za-z]{17}$/);
  assert.equal(
    { ...line, uid: "" },
    {
      ts: 1_700_000_000.0005,
      uid: "",
      "id.orig_h": "10.0.0.1",
      "id.orig_p": 50_000,
      "id.resp_h": "10.0.0.2",
      "id.resp_p": 502,
      proto: "tcp",
      service: "modbus",
      duration: 0.9995,
      orig_bytes: 24,
      resp_bytes: 30,
      conn_state: "S1",
      orig_pkts: 3,
      resp_pkts: 2,
      ip_proto: 6,
      orig_l2_addr: "02:00:00:00:00:01",
    },
  );
});

test("states are those of Zeek where the counts tell them", () => {
  const state = (changes: Partial<Flow>) => connStateOf({ ...flow, ...changes });
  assert.is(state({ packets: [2, 0] }), "S0");
  assert.is(state({ packets: [2, 0], rstCount: 1 }), "RSTOS0");
  assert.is(state({ packets: [1, 1], payloadBytes: [0, 0], rstCount: 1 }), "REJ");
  assert.is(state({ rstCount: 1 }), null);
  assert.is(state({ finCount: 1 }), null);
  assert.is(state({ synCount: 0 }), "OTH");
  assert.is(state({ protocol: 17, packets: [1, 0] }), "S0");
  assert.is(state({ protocol: 17 }), "SF");
});

test("two lines of a VPC flow log, one where nothing came back", () => {
  assert.equal(flowLogLines(flow), [
    "2 - - 10.0.0.1 10.0.0.2 50000 502 6 3 300 1700000000 1700000001 ACCEPT OK",
    "2 - - 10.0.0.2 10.0.0.1 502 50000 6 2 200 1700000000 1700000001 ACCEPT OK",
  ]);
  assert.is(flowLogLines({ ...flow, packets: [3, 0] }).length, 1);
});

test.run();
