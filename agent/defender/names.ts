/**
 * Every element of a Device Defender report: long name, short name, type and limits. Names, encoder
 * and checker all read this one table.
 *
 * Source: AWS IoT Device Defender guide, "Device-side metrics", tables of the long and short names.
 */
export interface ElementSpec {
  short: string;
  type: "object" | "list" | "integer" | "string";
  required?: true;
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** Members of an object, or of the objects in a list. */
  members?: ElementSpecs;
}

export type ElementSpecs = Readonly<Record<string, ElementSpec>>;

/** The report's version. "1.0" is the only one in use; Detect's format is frozen since 2026-08-31. */
export const REPORT_VERSION = "1.0";

/** A counter's delta or a total: never negative; JSON numbers are exact up to 2^53 - 1. */
const count: Pick<ElementSpec, "type" | "min" | "max"> = {
  type: "integer",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
};

const ports: ElementSpecs = {
  ports: {
    short: "pts",
    type: "list",
    members: {
      port: { short: "pt", type: "integer", required: true, min: 1, max: 65535 },
      interface: { short: "if", type: "string" },
    },
  },
  total: { short: "t", ...count },
};

const connections: ElementSpecs = {
  connections: {
    short: "cs",
    type: "list",
    members: {
      remote_addr: {
        short: "rad",
        type: "string",
        required: true,
        // "192.0.2.1:80", or "[2001:db8::1]:80" for IPv6.
        pattern: /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+(%[\w.-]+)?\]):\d{1,5}$/,
      },
      local_port: { short: "lp", type: "integer", min: 0, max: 65535 },
      local_interface: { short: "li", type: "string" },
    },
  },
  total: { short: "t", ...count },
};

export const reportElements: ElementSpecs = {
  header: {
    short: "hed",
    type: "object",
    required: true,
    members: {
      report_id: { short: "rid", ...count, min: 1, required: true },
      version: { short: "v", type: "string", required: true, pattern: /^\d+\.\d+$/ },
    },
  },
  metrics: {
    short: "met",
    type: "object",
    members: {
      listening_tcp_ports: { short: "tp", type: "object", members: ports },
      listening_udp_ports: { short: "up", type: "object", members: ports },
      network_stats: {
        short: "ns",
        type: "object",
        members: {
          bytes_in: { short: "bi", ...count },
          bytes_out: { short: "bo", ...count },
          packets_in: { short: "pi", ...count },
          packets_out: { short: "po", ...count },
        },
      },
      tcp_connections: {
        short: "tc",
        type: "object",
        members: {
          established_connections: { short: "ec", type: "object", members: connections },
        },
      },
    },
  },
  // Its members are the device's own names; `core/custom-value.ts` has their rules.
  custom_metrics: { short: "cmet", type: "object" },
};
