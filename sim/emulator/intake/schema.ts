/**
 * The Device Defender report as the developer guide's table has it ("Device-side metrics", "Reference
 * to all elements"): per object the members, their short names, and what their values may be. Written
 * from the guide, apart from the agent's own table.
 */
export type Schema =
  | { kind: "object"; members: Readonly<Record<string, Member>> }
  | { kind: "list"; of: Schema }
  | { kind: "text" }
  | { kind: "version" }
  | { kind: "endpoint" }
  | { kind: "number"; min: number; max?: number; whole?: boolean }
  /** Checked by `custom-metrics.ts`: names of the user's own. */
  | { kind: "custom" };

export interface Member {
  short: string;
  schema: Schema;
  required?: boolean;
}

const count: Schema = { kind: "number", min: 0 };
const text: Schema = { kind: "text" };

function object(members: Record<string, Member>): Schema {
  return { kind: "object", members };
}

const header = object({
  report_id: {
    short: "rid",
    schema: { kind: "number", min: 1, max: Number.MAX_SAFE_INTEGER, whole: true },
    required: true,
  },
  version: { short: "v", schema: { kind: "version" }, required: true },
});

const connection = object({
  remote_addr: { short: "rad", schema: { kind: "endpoint" }, required: true },
  local_port: { short: "lp", schema: { kind: "number", min: 0, max: 65_535, whole: true } },
  local_interface: { short: "li", schema: text },
});

const tcpConnections = object({
  established_connections: {
    short: "ec",
    schema: object({
      connections: { short: "cs", schema: { kind: "list", of: connection } },
      total: { short: "t", schema: count },
    }),
  },
});

const listeningPorts = object({
  ports: {
    short: "pts",
    schema: {
      kind: "list",
      of: object({
        port: { short: "pt", schema: { kind: "number", min: 1, max: 65_535, whole: true } },
        interface: { short: "if", schema: text },
      }),
    },
  },
  total: { short: "t", schema: count },
});

const networkStats = object({
  bytes_in: { short: "bi", schema: count },
  bytes_out: { short: "bo", schema: count },
  packets_in: { short: "pi", schema: count },
  packets_out: { short: "po", schema: count },
});

export const headerMember: Member = { short: "hed", schema: header, required: true };

const metrics = object({
  tcp_connections: { short: "tc", schema: tcpConnections },
  listening_tcp_ports: { short: "tp", schema: listeningPorts },
  listening_udp_ports: { short: "up", schema: listeningPorts },
  network_stats: { short: "ns", schema: networkStats },
});

export const reportSchema = object({
  header: headerMember,
  metrics: { short: "met", schema: metrics },
  custom_metrics: { short: "cmet", schema: { kind: "custom" } },
});
