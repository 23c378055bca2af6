/**
 * Plant traffic: packets go in, and what they bring to light comes out, stretch by stretch of packet
 * time. Holds little itself: the core counts, and what it counted is handed on.
 */
import type {
  CommandCount,
  ConversationCount,
  PlantFact,
  PlantObservation,
} from "../core/plant.ts";
import { type CoreModule, createTrafficCore } from "./core.ts";
import { createExcerptReader } from "./excerpts.ts";
import { drainEvicted, harvest, lostCountOf, type RecordVisitor } from "./harvest.ts";
import type { PacketSink } from "./packet-sink.ts";
import { commandCountOf, conversationCountOf } from "./plant-rows.ts";

/** Rates are judged by stretches no longer than this. */
export const OBSERVE_INTERVAL_MS = 10_000;
/** A stretch with more rows than this ends early, so that a scan fills no memory. */
export const OBSERVATION_ROWS_MAX = 2048;
/** Packets this far in the past are those of another capture. Less is disorder. */
const BACK_MS_MAX = 60_000;
/** Seconds for which time goes on after the last packet: holes in streams are given up, what lies behind them is read. */
const FINISH_S = 4;

export interface PlantTraffic extends PacketSink {
  /** Time goes on without packets; a stretch that is over is told, though it may be empty. */
  tick(nowMs: number): void;
  /** So many packets never came here: the kernel dropped them, or they were left out. */
  addLost(count: number): void;
  /** No packet comes any more: tells the rest. */
  finish(): void;
  readonly totals: PlantTotals;
}

export interface PlantTotals {
  packets: number;
  /** On the wire. */
  bytes: number;
  /** Earliest and latest packet; 0 before the first. */
  firstUs: number;
  lastUs: number;
  /** Packets and records that were lost on the way. */
  lostCount: number;
  /** The core's, by abi.COUNTER_. */
  counters: Uint32Array;
}

export interface PlantTrafficOptions {
  /** 8 secret bytes: see createTrafficCore. */
  hashKey: Uint8Array;
  onObservation: (observation: PlantObservation) => void;
  /** Sees each record before it becomes a row of an observation. */
  visitor?: Omit<RecordVisitor, "excerpt">;
}

export function createPlantTraffic(module: CoreModule, options: PlantTrafficOptions): PlantTraffic {
  const { hashKey, onObservation, visitor } = options;
  let conversations: ConversationCount[] = [];
  let commands: CommandCount[] = [];
  let facts: PlantFact[] = [];
  const excerpts = createExcerptReader();
  let fromMs = Number.NaN;
  let nowMs = 0;
  let lostCount = 0;
  let lostTold = 0;
  const totals = { packets: 0, bytes: 0, firstUs: Number.POSITIVE_INFINITY, lastUs: 0 };

  const gather: RecordVisitor = {
    conversation(view, at) {
      visitor?.conversation(view, at);
      conversations.push(conversationCountOf(view, at));
    },
    command(view, at) {
      visitor?.command(view, at);
      const count = commandCountOf(view, at);
      if (count !== null) commands.push(count);
    },
    excerpt(view, at) {
      facts.push(...excerpts.factsOf(view, at));
    },
  };
  const core = createTrafficCore(module, {
    hashKey,
    trafficOnly: true,
    afterBatch(query) {
      drainEvicted(query, gather);
      const rows = conversations.length + commands.length + facts.length;
      if (rows > OBSERVATION_ROWS_MAX) tell();
    },
  });

  function tell(): void {
    const lost = lostCount - lostTold;
    lostTold = lostCount;
    const observation = { fromMs, untilMs: nowMs, commands, conversations, facts };
    conversations = [];
    commands = [];
    facts = [];
    fromMs = nowMs;
    onObservation({ ...observation, lostCount: lost });
  }

  function observe(): void {
    core.flush();
    harvest(core.query, gather);
    tell();
  }

  /** Ends the stretch when it is long enough, or when time jumps. */
  function advance(ms: number): void {
    if (Number.isNaN(fromMs)) fromMs = ms;
    const isOver = ms - fromMs >= OBSERVE_INTERVAL_MS;
    const isBack = ms < nowMs - BACK_MS_MAX;
    if (isOver || isBack) observe();
    if (isBack) {
      fromMs = ms;
      nowMs = ms;
    }
    if (ms > nowMs) nowMs = ms;
  }

  return {
    putPacket(us, view, at, capturedBytes, wireBytes, iface, link) {
      advance(us / 1000);
      totals.packets++;
      totals.bytes += wireBytes;
      if (us < totals.firstUs) totals.firstUs = us;
      if (us > totals.lastUs) totals.lastUs = us;
      core.putPacket(us, view, at, capturedBytes, wireBytes, iface, link);
    },
    tick(ms) {
      core.tick(ms);
      advance(ms);
    },
    addLost(count) {
      lostCount += count;
    },
    finish() {
      for (let second = 1; second <= FINISH_S; second++) core.tick(nowMs + second * 1000);
      observe();
    },
    get totals() {
      const counters = core.counters();
      return {
        ...totals,
        firstUs: totals.packets === 0 ? 0 : totals.firstUs,
        lostCount: lostCount + lostCountOf(counters),
        counters,
      };
    },
  };
}
