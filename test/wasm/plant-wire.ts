/** Sends messages to a core as a plant's network would carry them, and reads back what it counted. */
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { protocolOfKind } from "../../agent/traffic/protocols/index.ts";
import { ethernet, type Host, host, ipv4, SYN, segment, udp } from "./frames.ts";
import { batchOf, type Core, packet } from "./harness.ts";
import { commandsOf } from "./tables.ts";

export const client = host(1);
export const server = host(2);

export interface Said {
  fromClient: boolean;
  bytes: Uint8Array;
}

export const ask = (bytes: Uint8Array): Said => ({ fromClient: true, bytes });
export const answer = (bytes: Uint8Array): Said => ({ fromClient: false, bytes });

const CLIENT_PORT = 40_000;
const START = 1_000_000_000n;

/** Feeds frames one a microsecond, then lets time pass, so that holes are given up. */
export function run(core: Core, frames: readonly Uint8Array[]): void {
  frames.forEach((frame, i) => {
    assert.is(core.ingest(batchOf([packet(START + BigInt(i), frame)])), 1);
  });
  for (let later = 1; later <= 4; later++) core.tick(1000 + later);
}

/** A connection in which each end's messages go out in pieces of these sizes, over and over. */
export function connection(
  port: number,
  said: readonly Said[],
  sizes: readonly number[] = [1460],
  hasHandshake = true,
): Uint8Array[] {
  const seq = { true: 0xffff_fff0, false: 500 };
  const send = (fromClient: boolean, bytes?: Uint8Array, flags?: number) => {
    const from = fromClient ? client : server;
    const to = fromClient ? server : client;
    const ports = fromClient
      ? { srcPort: CLIENT_PORT, dstPort: port }
      : { srcPort: port, dstPort: CLIENT_PORT };
    const at = seq[`${fromClient}`] >>> 0;
    seq[`${fromClient}`] += flags === undefined ? bytes!.length : 1;
    return segment(from, to, { ...ports, seq: at, ...(flags && { flags }) }, bytes);
  };
  const frames = hasHandshake ? [send(true, undefined, SYN), send(false, undefined, SYN | 16)] : [];
  let turn = 0;
  for (const { fromClient, bytes } of said) {
    for (let at = 0; at < bytes.length; ) {
      const size = sizes[turn++ % sizes.length]!;
      frames.push(send(fromClient, bytes.slice(at, at + size)));
      at += size;
    }
  }
  return frames;
}

export function datagram(from: Host, to: Host, ports: [number, number], bytes: Uint8Array) {
  return ethernet(from, to, 0x0800, ipv4(from, to, { protocol: 17 }, udp(...ports, bytes)));
}

/** The truth files' words: `protocol pair group key: count`, sorted. */
export function tallyOf(core: Core): string[] {
  const counts = new Map<string, number>();
  for (const command of commandsOf(core)) {
    const protocol = protocolOfKind(command.kind)!;
    protocol.tally(command, (pair, group, key, more) => {
      if (more === 0) return;
      const line = [protocol.name, pair, group, key].filter((part) => part !== "").join(" ");
      counts.set(line, (counts.get(line) ?? 0) + more);
    });
  }
  return [...counts].map(([line, count]) => `${line}: ${count}`).sort();
}

/** What commands are, as the rules and the page see them: `client>server object command class error`. */
export function meaningsOf(core: Core): string[] {
  const lines = commandsOf(core).flatMap((command) => {
    const meaning = protocolOfKind(command.kind)!.describe(command);
    if (!meaning) return [];
    const { object, command: name, commandClass, action, error } = meaning;
    const what = [object, name, commandClass, action, error].filter(Boolean).join("; ");
    const { requestCount, responseCount, errorCount } = command;
    const counts = [requestCount, responseCount, errorCount].join(" ");
    return [`${command.client}>${command.server} ${what}: ${counts}`];
  });
  return lines.sort();
}

export interface Excerpt {
  kind: number;
  bytes: Uint8Array;
}

/** Takes out what was kept for the host to read. */
export function excerptsOf(core: Core): Excerpt[] {
  const found: Excerpt[] = [];
  let left = 1;
  while (left > 0) {
    const page = core.query(abi.QUERY_EXCERPTS);
    let at: number = abi.PAGE_HEADER_BYTES;
    for (let i = page.getUint32(abi.PAGE_RECORDS, true); i > 0; i--) {
      const length = page.getUint16(at + abi.EXCERPT_BYTES, true);
      const from = at + abi.EXCERPT_HEADER_BYTES;
      found.push({
        kind: page.getUint8(at + abi.EXCERPT_KIND),
        bytes: new Uint8Array(page.buffer.slice(from, from + length)),
      });
      at += (abi.EXCERPT_HEADER_BYTES + length + 7) & ~7;
    }
    left = page.getUint32(abi.PAGE_NEXT, true);
  }
  return found;
}
