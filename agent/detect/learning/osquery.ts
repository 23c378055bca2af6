/**
 * osquery packs. A query that lists what is not in a list ("port NOT IN (22, 443)") says what is normal;
 * one that looks for a value ("port = 4444") says what is not. Others say only what is of interest.
 *
 * Source: osquery documentation, "Packs", "Configuration" and the schema's tables.
 */
import { isObject, type Members, shown } from "../check.ts";
import { parseCidr, parseIp } from "../ip.ts";
import type { BehaviorCriteria } from "../profile.ts";
import { behaviorName, emptyImport, type Imported, retain } from "./imported.ts";
import { type Condition, readSql } from "./osquery-sql.ts";

/** Queries read of one file. */
const QUERIES_MAX = 1000;

const sockets = ["aws:destination-ip-addresses", "aws:num-established-tcp-connections"];
/** Tables by the metrics that hold the same. */
const tables: Readonly<Record<string, readonly string[]>> = {
  listening_ports: ["aws:listening-tcp-ports", "aws:listening-udp-ports"],
  process_open_sockets: sockets,
  socket_events: sockets,
  bpf_socket_events: sockets,
  interface_details: [
    "aws:all-bytes-in",
    "aws:all-bytes-out",
    "aws:all-packets-in",
    "aws:all-packets-out",
  ],
};
/** IPPROTO_TCP and IPPROTO_UDP, by which the table tells its ports apart. */
const protocols: Readonly<Record<string, string>> = {
  6: "aws:listening-tcp-ports",
  17: "aws:listening-udp-ports",
};

/** Null: the JSON is no pack, and no configuration with a schedule or packs in it. */
export function importOsquery(input: unknown): Imported | null {
  if (!isObject(input)) return null;
  const packs = isObject(input.packs) ? Object.values(input.packs) : [];
  const lists = [
    input.queries,
    input.schedule,
    ...packs.map((pack) => isObject(pack) && pack.queries),
  ];
  const queries = lists.filter(isObject).flatMap((list) => Object.entries(list));
  if (queries.length === 0) return null;
  const imported = emptyImport();
  for (const path of packs.filter((pack) => typeof pack === "string")) {
    imported.notes.push(`pack ${shown(path)} is another file: import it by itself`);
  }
  for (const [name, query] of queries.slice(0, QUERIES_MAX)) importQuery(name, query, imported);
  return imported;
}

function importQuery(name: string, query: unknown, imported: Imported): void {
  const sql = isObject(query) ? (query as Members).query : undefined;
  const read = typeof sql === "string" ? readSql(sql) : null;
  if (read === null) {
    imported.notes.push(`${shown(name)}: does not map: it has no SELECT`);
    return;
  }
  const table = read.tables.find((one) => Object.hasOwn(tables, one));
  if (table === undefined) {
    const from = read.tables.map(shown).join(", ");
    imported.notes.push(`${shown(name)}: does not map: no metric holds what ${from} has`);
    return;
  }
  const { conditions } = read;
  const column = table === "listening_ports" ? "port" : "remote_address";
  const told = conditions?.filter((one) => one.column === column) ?? [];
  const criteria = table === "interface_details" ? null : criteriaOf(column, told);
  if (conditions === null || criteria === null) {
    retain(imported, tables[table]!);
    imported.notes.push(`${shown(name)}: only retained: it does not say what is normal`);
    return;
  }
  const protocol = conditions.find((one) => one.column === "protocol" && !one.isNot);
  const metrics =
    column === "port"
      ? tables.listening_ports!.filter(
          (metric) =>
            protocol === undefined || protocol.values.some((one) => protocols[one] === metric),
        )
      : ["aws:destination-ip-addresses"];
  for (const metric of metrics) {
    imported.behaviors.push({ name: behaviorName(name, imported), metric, criteria });
  }
  const lost = conditions.filter((one) => one.column !== column && one !== protocol);
  if (lost.length === 0) return;
  const named = lost.map((one) => one.column).join(", ");
  imported.notes.push(`${shown(name)}: without its conditions on ${named}: it alarms more often`);
}

/** What is normal, of conditions on one column; null: they do not say. */
function criteriaOf(column: string, told: readonly Condition[]): BehaviorCriteria | null {
  // Port 0 and empty addresses are rows of other kinds of sockets, not what is looked for.
  const values = (isNot: boolean) => [
    ...new Set(told.filter((one) => one.isNot === isNot).flatMap((one) => one.values)),
  ];
  const wanted = values(false);
  const listed = wanted.length > 0 ? wanted : values(true);
  const prefix = wanted.length > 0 ? "not-in" : "in";
  if (column === "port") {
    const ports = listed.map(Number).filter((port) => port !== 0);
    if (ports.length === 0 || !ports.every(isPort)) return null;
    return { comparisonOperator: `${prefix}-port-set`, value: { ports } };
  }
  const cidrs = listed.filter((text) => text !== "");
  if (!cidrs.every((text) => parseCidr(text) !== null)) return null;
  if (cidrs.every(isLocal)) return null;
  return { comparisonOperator: `${prefix}-cidr-set`, value: { cidrs } };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65_535;
}

/** Unspecified and loopback addresses: left out as noise, they say nothing of the rest. */
function isLocal(text: string): boolean {
  const ip = parseIp(text);
  if (ip === null) return false;
  return ip.bits === 32 ? ip.value === 0n || ip.value >> 24n === 127n : ip.value <= 1n;
}
