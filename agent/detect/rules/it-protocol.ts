/**
 * Office protocols towards controllers, and controllers that talk to each other in something that is no
 * control protocol. Worms and hands move on by them: file shares, remote procedure calls, remote desktops.
 */
import { createBounded } from "../plant/bounded.ts";
import { type Edge, edgeKeyOf } from "../plant/edge.ts";
import { subnetOf } from "../plant/ends.ts";
import { defineRule, type Judge, type Sighting, type Step } from "./rule.ts";

/** Services that move files, run programs or give a desktop, by port. Web pages of controllers are not among them. */
const SERVICES: Readonly<Record<string, string>> = {
  "tcp/21": "FTP",
  "tcp/22": "SSH",
  "tcp/23": "Telnet",
  "udp/69": "TFTP",
  "tcp/135": "RPC",
  "tcp/139": "SMB",
  "tcp/445": "SMB",
  "tcp/3389": "RDP",
  "tcp/5900": "VNC",
  "tcp/5985": "WinRM",
  "tcp/5986": "WinRM",
  ssh: "SSH",
  ftp: "FTP",
  telnet: "Telnet",
};

/** Between controllers: what is not by content a protocol of ours, on any TCP port. */
const UNKNOWN = /^tcp\//;

/** Devices in a subnet that make it a controllers' subnet. */
const SUBNET_DEVICES_MIN = 2;

/** Edges that are remembered until it shows that their server is a controller. */
const EDGES_MAX = 512;

export const itProtocol = defineRule({
  name: "it_protocol",
  summary: "an office protocol reaches a controller or its subnet",
  severity: "medium",
  techniques: ["T0867", "T0866", "T0886"],
  needsNormal: false,
  quietMs: 3_600_000,
  begin: createJudge,
});

function createJudge(): Judge {
  const candidates = createBounded<Edge>(EDGES_MAX);
  let devices = 0;
  return (step) => {
    const fresh = step.edges.filter(
      ({ client, server, isReal, isGroup, protocol }) =>
        isReal && !isGroup && client !== server && (protocol in SERVICES || UNKNOWN.test(protocol)),
    );
    for (const edge of fresh) {
      candidates.use(edgeKeyOf(edge.client, edge.server, edge.protocol), () => edge);
    }
    // Polls may come to light after the file was sent.
    const isLearning = step.devices.size !== devices;
    devices = step.devices.size;
    const judged = isLearning ? [...candidates.entries()].map(([, edge]) => edge) : fresh;
    return judged.flatMap((edge) => sightingOf(edge, step) ?? []);
  };
}

function sightingOf(edge: Edge, step: Step): Sighting | null {
  const { client, server, protocol, packets, firstMs } = edge;
  if (step.normal?.edge(client, server, protocol)) return null;
  const why = whyOf(edge, step);
  if (why === null) return null;
  const total = packets[0] + packets[1];
  return {
    subject: edgeKeyOf(client, server, protocol),
    groups: [client, server],
    why: `${client} ${why} (${total} packets)`,
    numbers: { packets: total },
    sinceMs: firstMs,
  };
}

function whyOf({ client, server, protocol }: Edge, { devices }: Step): string | null {
  const service = SERVICES[protocol];
  if (service === undefined) {
    if (!devices.has(client) || !devices.has(server)) return null;
    return `talks to ${server} on ${protocol}: both are controllers, and it is no control protocol`;
  }
  if (devices.has(server)) return `uses ${service} on ${server}, which is a controller`;
  const subnet = subnetOf(server);
  if (subnet === null || subnet === subnetOf(client)) return null;
  const inSubnet = [...devices].filter((device) => subnetOf(device) === subnet).length;
  if (inSubnet < SUBNET_DEVICES_MIN) return null;
  return `uses ${service} on ${server} from outside its subnet, where ${inSubnet} controllers are`;
}
