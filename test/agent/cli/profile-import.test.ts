import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createBench } from "./profile-run.ts";

const test = suite("cli: profile import");
const bench = createBench();
test.after(() => bench.cleanUp());

async function imported(content: unknown) {
  const { code, stdout, stderr } = await bench.run("import", bench.file("in.json", content));
  assert.is(code, 0, stderr);
  const profile = JSON.parse(stdout);
  assert.is((await bench.run("validate", bench.file("out.json", stdout))).code, 0);
  return { profile, stderr };
}

test("DescribeSecurityProfile: what CreateSecurityProfile does not take is dropped", async () => {
  const criteria = { comparisonOperator: "in-port-set", value: { ports: [22] } };
  const behaviors = [{ name: "tcp", metric: "aws:listening-tcp-ports", criteria }];
  const { profile } = await imported({
    securityProfileName: "gateways",
    securityProfileArn: "arn:aws:iot:eu-west-1:123456789012:securityprofile/gateways",
    behaviors,
    version: 3,
    creationDate: "2024-01-01T00:00:00Z",
    lastModifiedDate: 1_700_000_000.5,
  });
  assert.equal(profile, { securityProfileName: "gateways", behaviors });
});

test("an osquery pack: lists of what is normal or not become behaviors, others are retained", async () => {
  const { profile, stderr } = await imported(`{
  // Packs have comments, and lines that go on.
  "queries": {
    "unexpected listeners": {
      "query": "SELECT l.port, p.name FROM listening_ports l JOIN processes p USING (pid) \\
        WHERE l.port NOT IN (22, 443) AND l.port != 0 AND protocol = 6;",
      "interval": 300
    },
    "backdoor": { "query": "select * from listening_ports where port = 4444" },
    "peers": {
      "query": "select remote_address from process_open_sockets where remote_address not in ('10.0.0.1', '192.0.2.0/24') and family = 2 order by pid"
    },
    "sockets": {
      "query": "select * from process_open_sockets where remote_address not in ('', '127.0.0.1', '::1')"
    },
    "traffic": { "query": "select ibytes, obytes from interface_details" },
    "odd": { "query": "select * from listening_ports where port = 1 or port = 2" },
    "users": { "query": "select * from users" },
    "broken": {}
  }
}`);
  const criteria = (name: string) =>
    profile.behaviors.filter((one: { name: string }) => one.name.startsWith(name));
  assert.equal(criteria("unexpected"), [
    {
      name: "unexpected_listeners",
      metric: "aws:listening-tcp-ports",
      criteria: { comparisonOperator: "in-port-set", value: { ports: [22, 443] } },
    },
  ]);
  assert.equal(
    criteria("backdoor").map((one: { metric: string }) => one.metric),
    ["aws:listening-tcp-ports", "aws:listening-udp-ports"],
  );
  assert.equal(criteria("backdoor")[0].criteria.comparisonOperator, "not-in-port-set");
  assert.equal(criteria("peers")[0].criteria, {
    comparisonOperator: "in-cidr-set",
    value: { cidrs: ["10.0.0.1", "192.0.2.0/24"] },
  });
  assert.is(profile.behaviors.length, 4);
  const retained = profile.additionalMetricsToRetainV2.map((one: { metric: string }) => one.metric);
  assert.ok(retained.includes("aws:all-bytes-out"));
  assert.ok(retained.includes("aws:num-established-tcp-connections"));
  assert.match(stderr, /^note: peers: without its conditions on family/m);
  assert.match(stderr, /^note: odd: only retained/m);
  assert.match(stderr, /^note: users: does not map/m);
  assert.match(stderr, /^note: broken: does not map: it has no SELECT/m);
});

test("an osquery configuration: its schedule and the packs inside", async () => {
  const query = "SELECT port FROM listening_ports WHERE port <> 22";
  const { profile, stderr } = await imported({
    schedule: { a: { query, interval: 60 } },
    packs: { inside: { queries: { a: { query } } }, outside: "/etc/osquery/packs/it.conf" },
  });
  assert.is(profile.behaviors.length, 4);
  assert.match(stderr, /it\.conf is another file/);
});

test("an Azure device security group: ranges and allowed addresses", async () => {
  const rule = (ruleType: string, rest: object) => ({ ruleType, isEnabled: true, ...rest });
  const { profile, stderr } = await imported({
    properties: {
      timeWindowRules: [
        rule("MqttD2CMessagesNotInAllowedRange", {
          minThreshold: 1,
          maxThreshold: 30,
          timeWindowSize: "PT05M",
        }),
        rule("MqttC2DMessagesNotInAllowedRange", {
          minThreshold: 0,
          maxThreshold: 9,
          timeWindowSize: "PT20M",
        }),
        rule("ActiveConnectionsNotInAllowedRange", {
          minThreshold: 0,
          maxThreshold: 5,
          timeWindowSize: "PT5M",
        }),
        rule("QueuePurgesNotInAllowedRange", {
          minThreshold: 0,
          maxThreshold: 5,
          timeWindowSize: "PT5M",
        }),
        { ...rule("UnauthorizedOperationsNotInAllowedRange", {}), isEnabled: false },
      ],
      allowlistRules: [
        rule("ConnectionToIpNotAllowed", { allowlistValues: ["10.0.0.0/8", "plant.example"] }),
      ],
    },
  });
  assert.equal(
    profile.behaviors.map((one: { metric: string; criteria: object }) => [
      one.metric,
      one.criteria,
    ]),
    [
      [
        "aws:num-messages-sent",
        { comparisonOperator: "less-than-equals", value: { count: 30 }, durationSeconds: 300 },
      ],
      [
        "aws:num-messages-sent",
        { comparisonOperator: "greater-than-equals", value: { count: 1 }, durationSeconds: 300 },
      ],
      [
        "aws:num-messages-received",
        { comparisonOperator: "less-than-equals", value: { count: 9 }, durationSeconds: 1800 },
      ],
      [
        "aws:num-established-tcp-connections",
        { comparisonOperator: "less-than-equals", value: { count: 5 } },
      ],
      [
        "aws:destination-ip-addresses",
        { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8"] } },
      ],
    ],
  );
  for (const note of [
    /QueuePurges\w+: does not map/,
    /Unauthorized\w+: left out: it is off/,
    /PT20M became 1800 s/,
    /plant\.example is left out/,
  ]) {
    assert.match(stderr, note);
  }
});

test("Azure's twins: what they collect is retained", async () => {
  const metrics = (profile: { additionalMetricsToRetainV2: { metric: string }[] }) =>
    profile.additionalMetricsToRetainV2.map(({ metric }) => metric);
  const agent = await imported({
    properties: {
      desired: {
        "ms_iotn:urn_azureiot_Security_SecurityAgentConfiguration": {
          eventPriorityListeningPorts: { value: "High" },
          eventPriorityConnectionCreate: { value: "Off" },
          snapshotFrequency: { value: "PT13H" },
        },
      },
    },
  });
  assert.equal(metrics(agent.profile), ["aws:listening-tcp-ports", "aws:listening-udp-ports"]);
  assert.match(agent.stderr, /does not map: snapshotFrequency/);
  const micro = await imported({
    desired: {
      NetworkActivity_Disabled: false,
      NetworkActivity_MessageFrequency: "High",
      Login_Disabled: true,
    },
  });
  assert.equal(metrics(micro.profile), [
    "aws:destination-ip-addresses",
    "aws:num-established-tcp-connections",
  ]);
  const off = await bench.run(
    "import",
    bench.file("off.json", {
      desired: { NetworkActivity_Disabled: "True", NetworkActivity_MessageFrequency: "High" },
    }),
  );
  assert.is(off.code, 65);
});

test("wrong use is 64, bad JSON 65 with its line, a missing file 66, a bad profile 78", async () => {
  const cases: [number, RegExp, ...string[]][] = [
    [64, /say which file/, "import"],
    [65, /torn\.json:3: no JSON/, "import", bench.file("torn.json", '{\n"queries": {\n]')],
    [66, /none\.json/, "import", bench.missing],
    [
      78,
      /metric aws:x is unknown/,
      "import",
      bench.file("bad.json", [{ name: "a", metric: "aws:x", criteria: {} }]),
    ],
  ];
  for (const [code, message, ...args] of cases) {
    const result = await bench.run(...args);
    assert.is(result.code, code, `${args.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, message);
  }
});

test.run();
