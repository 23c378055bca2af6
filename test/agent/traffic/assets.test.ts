import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAssetTable } from "../../../agent/traffic/assets.ts";
import {
  binding,
  command,
  conversation,
  end,
  fact,
  observationOf,
} from "../../fixtures/plant-observations.ts";

const test = suite("traffic: assets");

const vendorOfMac = (mac: string) => (mac.startsWith("00:1b:1b") ? "Example Makers" : "");
const tableOf = () => createAssetTable({ vendorOfMac });

test("who is only asked for is no device; groups never are", () => {
  const table = tableOf();
  const groups = ["224.0.0.1", "255.255.255.255", "ff02::1", "0.0.0.0", "::"];
  table.observe(
    observationOf({
      conversations: [
        conversation({ packets: [3, 0] }),
        conversation({ kind: "arp", responder: end("10.0.0.77"), packets: [1, 0] }),
        ...groups.map((address) => conversation({ responder: end(address), packets: [1, 1] })),
        conversation({
          kind: "link",
          initiator: end("00:1b:1b:00:00:01", "00:1b:1b:00:00:01"),
          responder: end("01:80:c2:00:00:0e", "01:80:c2:00:00:0e"),
          packets: [1, 1],
        }),
      ],
    }),
  );
  assert.equal(
    table.list().map(({ id }) => id),
    ["10.0.0.1", "00:1b:1b:00:00:01"],
  );
});

test("a network's broadcast address is told by its frames, and what is said of it is forgotten", () => {
  const said = observationOf({
    facts: [fact({ subject: { address: "10.0.0.255" } })],
    // A reflector's doing.
    conversations: [conversation({ initiator: end("10.0.0.255"), packets: [1, 0] })],
  });
  const sent = observationOf({
    conversations: [
      conversation({ responder: end("10.0.0.255", "ff:ff:ff:ff:ff:ff"), packets: [1, 0] }),
    ],
  });
  for (const order of [
    [said, sent],
    [sent, said],
  ]) {
    const table = tableOf();
    for (const observation of order) table.observe(observation);
    assert.equal(
      table.list().map(({ id }) => id),
      ["10.0.0.1"],
    );
  }
});

test("ARP joins MAC and IP whichever comes first; the maker is the OUI's", () => {
  const mac = "00:1b:1b:00:00:01";
  for (const isLate of [false, true]) {
    const table = tableOf();
    const steps = [
      observationOf({ facts: [binding("10.0.0.2", mac)] }),
      observationOf({ conversations: [conversation({ packets: [0, 2] })] }),
      observationOf({ facts: [fact({ subject: { mac }, name: "name", value: "plc-7" })] }),
    ];
    for (const step of isLate ? steps.reverse() : steps) table.observe(step);
    const [asset, ...others] = table.list();
    assert.equal(others, []);
    assert.equal([asset!.id, asset!.macs, asset!.name], ["10.0.0.2", [mac], "plc-7"]);
    assert.is(asset!.vendor, "Example Makers");
    assert.equal([asset!.firstMs, asset!.lastMs], [100, 200]);
  }
});

test("frames join nothing: behind a router many speak through one MAC address", () => {
  const router = "00:1b:1b:00:00:99";
  const table = tableOf();
  table.observe(
    observationOf({
      conversations: [3, 4, 5].map((host) =>
        conversation({ initiator: end(`192.168.7.${host}`, router), packets: [1, 0] }),
      ),
      facts: [binding("10.0.0.254", router)],
    }),
  );
  const assets = table.list();
  assert.is(assets.length, 4);
  assert.equal(assets[0]!.macs, [router]);
  assert.is(assets[0]!.role, "router");
  assert.ok(assets.slice(1).every(({ macs, vendor }) => macs.length === 0 && vendor === ""));
});

test("a MAC address that a single address speaks through is a guess, told as one", () => {
  const table = tableOf();
  const mac = "00:1b:1b:00:00:01";
  const conversations = [
    conversation({ initiator: end("10.0.0.1", mac), packets: [1, 0] }),
    conversation({ kind: "link", initiator: end(mac, mac), packets: [1, 0] }),
  ];
  table.observe(observationOf({ conversations }));
  assert.equal(
    table.list().map(({ id, macs, isMacGuessed, vendor }) => [id, macs, isMacGuessed, vendor]),
    [["10.0.0.1", [mac], true, "Example Makers"]],
  );
  const guess = table.list()[0]!.facts.find(({ name }) => name === "mac");
  assert.equal([guess?.source, guess?.confidence], ["frames", 0.3]);
});

test("an address stays with the device that has it; a lease moves it", () => {
  const [first, second] = ["00:1b:1b:00:00:01", "00:1b:1b:00:00:02"];
  const holder = (source: string) => {
    const table = tableOf();
    table.observe(
      observationOf({ facts: [binding("10.0.0.2", first), binding("10.0.0.2", second, source)] }),
    );
    return table.list().find(({ addresses }) => addresses.includes("10.0.0.2"))?.macs;
  };
  assert.equal(holder("arp"), [first]);
  assert.equal(holder("dhcp"), [second]);
});

test("whoever answers ARP for everyone does not become everyone", () => {
  const table = tableOf();
  const facts = Array.from({ length: 40 }, (_, i) =>
    binding(`10.0.1.${i + 1}`, "00:1b:1b:00:00:01"),
  );
  table.observe(observationOf({ facts }));
  assert.ok(table.list()[0]!.addresses.length <= 16);
});

test("units behind a gateway are devices; an only one is the device itself", () => {
  const table = tableOf();
  table.observe(
    observationOf({
      commands: [
        command({ object: "unit 3" }),
        command({ object: "unit 4" }),
        command({ object: "unit 0" }),
        command({ object: "unit 5", responseCount: 0, errorCount: 1 }),
        command({ server: "10.0.0.9", object: "unit 1" }),
        command({ server: "10.0.0.8", object: "network 7 address 44", protocol: "bacnet" }),
      ],
      facts: [
        fact({ subject: { address: "10.0.0.2", object: "unit 4" }, value: "Meter" }),
        fact({ subject: { address: "10.0.0.9", object: "unit 1" }, value: "Drive" }),
      ],
    }),
  );
  const rows = table.list().map(({ id, behind, objects, product, role }) => ({
    id,
    behind,
    objects: objects.join(),
    product,
    role,
  }));
  assert.equal(rows, [
    { id: "10.0.0.1", behind: "", objects: "", product: "", role: "HMI/SCADA" },
    { id: "10.0.0.2", behind: "", objects: "unit 0", product: "", role: "gateway" },
    { id: "10.0.0.2 unit 3", behind: "10.0.0.2", objects: "unit 3", product: "", role: "" },
    { id: "10.0.0.2 unit 4", behind: "10.0.0.2", objects: "unit 4", product: "Meter", role: "" },
    { id: "10.0.0.8", behind: "", objects: "", product: "", role: "gateway" },
    {
      id: "10.0.0.8 network 7 address 44",
      behind: "10.0.0.8",
      objects: "network 7 address 44",
      product: "",
      role: "",
    },
    { id: "10.0.0.9", behind: "", objects: "unit 1", product: "Drive", role: "PLC" },
  ]);
});

test("roles: who programs is an engineering station, who says what it is is believed", () => {
  const table = tableOf();
  table.observe(
    observationOf({
      commands: [
        command({
          protocol: "s7comm",
          object: "",
          action: "program_download",
          commandClass: "write",
        }),
        command({ client: "10.0.0.3", server: "10.0.0.4", protocol: "dnp3", object: "address 9" }),
      ],
      facts: [
        fact({ subject: { address: "10.0.0.4" }, name: "role", value: "drive", confidence: 0.95 }),
      ],
    }),
  );
  assert.equal(
    table.list().map(({ role }) => role),
    ["engineering station", "PLC", "HMI/SCADA", "drive"],
  );
});

test("the most trusted value counts; of equals the latest", () => {
  const table = tableOf();
  table.observe(
    observationOf({
      facts: [
        fact({ name: "firmware", value: "2.0", atMs: 200 }),
        fact({ name: "firmware", value: "1.0", atMs: 100 }),
        fact({ name: "firmware", value: "guess", confidence: 0.3, atMs: 300 }),
        fact({ name: "weakness", value: "no_encryption" }),
      ],
    }),
  );
  const [asset] = table.list();
  assert.is(asset!.firmware, "2.0");
  assert.equal(asset!.weaknesses, ["no_encryption"]);
  assert.equal([asset!.firstMs, asset!.lastMs], [100, 300]);
});

test("EtherCAT: frames that come back belong to who sent them", () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const sent = ["00:1b:1b:00:00:01", "02:1b:1b:00:00:01"];
    const table = tableOf();
    table.observe(
      observationOf({
        conversations: order.map((which) =>
          conversation({
            kind: "link",
            service: "ethercat",
            initiator: end(sent[which]!, sent[which]),
            responder: end("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"),
            packets: [1, 0],
          }),
        ),
      }),
    );
    const assets = table.list();
    assert.is(assets.length, 1);
    assert.is(assets[0]!.macs[0], sent[0]);
    assert.not.ok(assets[0]!.isLocalMac);
  }
});

test("the same observations give the same list", () => {
  const run = () => {
    const table = tableOf();
    table.observe(
      observationOf({
        conversations: [conversation({})],
        facts: [binding("10.0.0.2", "00:1b:1b:00:00:01"), fact({})],
        commands: [command({})],
      }),
    );
    return table.list();
  };
  assert.equal(run(), run());
});

test.run();
