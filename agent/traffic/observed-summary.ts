/** A summary of observations, where there were no packets to count: of another sensor's logs. */
import type { ConversationCount, PlantObservation } from "../core/plant.ts";
import type { PlantSummary, SummaryConversation } from "./summary.ts";

/** Conversations that are listed. More are counted in the sums alone. */
const CONVERSATIONS_MAX = 32_768;
const TCP = 6;
const UDP = 17;

export function createObservedSummary() {
  const conversations: SummaryConversation[] = [];
  const ends = {
    macs: new Set<string>(),
    ipv4: new Set<string>(),
    ipv6: new Set<string>(),
  };
  const sums = { packets: 0, bytes: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: 0, lost: 0 };

  function add(row: ConversationCount): void {
    sums.packets += row.packets[0] + row.packets[1];
    sums.bytes += row.bytes[0] + row.bytes[1];
    sums.firstMs = Math.min(sums.firstMs, row.firstMs);
    sums.lastMs = Math.max(sums.lastMs, row.lastMs);
    if (conversations.length === CONVERSATIONS_MAX) {
      sums.lost++;
      return;
    }
    for (const { address, mac } of [row.initiator, row.responder]) {
      ends[row.kind === "ipv6" ? "ipv6" : "ipv4"].add(address);
      if (mac !== undefined) ends.macs.add(mac);
    }
    if (row.protocol === TCP || row.protocol === UDP) conversations.push(conversationOf(row));
  }

  return {
    observe(observation: PlantObservation): void {
      for (const row of observation.conversations) add(row);
    },
    summary(): PlantSummary {
      const isEmpty = sums.lastMs === 0;
      return {
        packets: sums.packets,
        bytes: sums.bytes,
        first: isEmpty ? null : sums.firstMs / 1000,
        last: isEmpty ? null : sums.lastMs / 1000,
        macs_unicast: [...ends.macs].filter((mac) => !isGroup(mac)).sort(),
        ipv4: [...ends.ipv4].sort(),
        ipv6: [...ends.ipv6].sort(),
        arp_ipv4: [],
        conversations,
        conversationCount: conversations.length,
        commands: {},
        profinet: {},
        ethercat: {},
        arp: {},
        lost: { packets: 0, conversations: sums.lost, commands: 0 },
      };
    },
  };
}

const isGroup = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;

function conversationOf(row: ConversationCount): SummaryConversation {
  return {
    proto: row.protocol === TCP ? "tcp" : "udp",
    src: row.initiator.address,
    sport: row.initiator.port,
    dst: row.responder.address,
    dport: row.responder.port,
    packets: row.packets,
    bytes: row.bytes,
    ...(row.protocol === TCP && {
      payload_bytes: row.payloadBytes,
      syn: row.synCount,
      fin: row.finCount,
      rst: row.rstCount,
    }),
    first: row.firstMs / 1000,
    last: row.lastMs / 1000,
  };
}
