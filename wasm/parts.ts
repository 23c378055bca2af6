/**
 * The parts of the core and when each has its turn: one list per occasion, read top to bottom.
 * A part is zero bytes when empty, so it needs no hook to be reset.
 */
import {
  COUNTER_CLOCK_RESTARTS,
  COUNTERS_MAX,
  ERR_UNSUPPORTED,
  EVENT_CLOCK_RESTART,
  LIMITS_BYTES,
  QUERY_COUNTERS,
  QUERY_LIMITS,
} from "./abi/core";
import {
  QUERY_COMMANDS,
  QUERY_COMMANDS_EVICTED,
  QUERY_COMMANDS_HARVEST,
  QUERY_CONVERSATIONS,
  QUERY_CONVERSATIONS_EVICTED,
  QUERY_CONVERSATIONS_HARVEST,
  QUERY_EXCERPTS,
  QUERY_FUNCTIONS,
  QUERY_LAYERS,
} from "./abi/decode";
import {
  QUERY_EDGES,
  QUERY_HEAVY,
  QUERY_SERIES,
  QUERY_TRAFFIC,
  TRAFFIC_BYTES,
  TRAFFIC_NANO_BYTES,
} from "./abi/stats";
import * as clock from "./clock";
import { trafficOnly } from "./config";
import { count, queryCounters } from "./counters";
import { decode } from "./decode/index";
import * as link from "./decode/link";
import * as totals from "./decode/totals";
import { vxlan } from "./decode/vxlan";
import * as events from "./events";
import * as commands from "./flow/commands";
import * as conversations from "./flow/conversations";
import * as excerpts from "./flow/excerpts";
import * as nano from "./flow/nano";
import * as segments from "./flow/segments";
import * as streams from "./flow/streams";
import { OUT } from "./layout";
import {
  EVENTS_MAX,
  HAS_DISTINCT,
  HAS_ENTROPY,
  HAS_HEAVY,
  HAS_LEVELS,
  HAS_PACE,
  HAS_SEASON,
  IS_NANO,
  QUANTILE_BITS,
  QUIET_S_MAX,
  SERIES_MAX,
  WINDOW_S,
} from "./profile";
import * as distinct from "./stats/distinct";
import * as edgeTable from "./stats/edge-table";
import * as entropy from "./stats/entropy";
import * as heavy from "./stats/heavy";
import * as pace from "./stats/pace";
import * as panes from "./stats/panes";
import * as peers from "./stats/peers";
import * as season from "./stats/season";
import * as series from "./stats/series";
import * as spread from "./stats/spread";
import * as tail from "./stats/tail";
import * as traffic from "./stats/traffic";
import * as watch from "./stats/watch";

/** By LIMITS_ offsets, as they are numbered in abi/core.ts. */
// biome-ignore format: one row
const LIMITS: usize = memory.data<u32>([
  WINDOW_S, SERIES_MAX, EVENTS_MAX, QUANTILE_BITS, COUNTERS_MAX, QUIET_S_MAX,
]);

/**
 * A packet, described in PACKET by the record's header: decoded first, then counted. A late one lies before
 * the windows, so that only what has no window counts it.
 */
export function packet(isLate: bool): void {
  decode();
  if (IS_NANO) {
    nano.packet();
    segments.packet();
  } else {
    conversations.packet();
    vxlan();
    streams.packet();
    link.packet();
    totals.packet();
  }
  if (isLate || trafficOnly()) return;
  traffic.packet();
  const pane = panes.current();
  spread.packet(pane);
  peers.packet(pane);
}

/** A second is over and was watched: what gathered in it goes where it is kept. */
function closeSecond(second: u32): void {
  if (!IS_NANO) streams.closeSecond(second);
  if (trafficOnly()) return;
  traffic.closeSecond(second);
  if (HAS_LEVELS) watch.closeSecond(second);
}

/** A slot of the windows (second % WINDOW_S) gets a new second: the old one leaves every window. */
function expire(slot: u32): void {
  if (trafficOnly()) return;
  series.expire(slot);
  panes.expire(slot);
}

/** The windows begin anew; what is learned over longer stays. */
function restart(): void {
  traffic.restart();
  spread.restart();
  if (HAS_PACE) pace.restart();
  if (HAS_SEASON) season.restart();
}

/** What a restored state says of itself is untrue until each part has looked at its own. */
export function check(): bool {
  return (
    clock.check() &&
    events.check() &&
    series.check() &&
    traffic.check() &&
    (IS_NANO || checkGateway())
  );
}

function checkGateway(): bool {
  return (
    conversations.check() &&
    commands.check() &&
    streams.check() &&
    excerpts.check() &&
    pace.check() &&
    tail.check()
  );
}

export function query(what: u32, a: u32, b: u32): i32 {
  switch (what) {
    case QUERY_COUNTERS:
      return queryCounters();
    case QUERY_LIMITS:
      return queryLimits();
    case QUERY_SERIES:
      return series.query(a);
    case QUERY_TRAFFIC:
      spread.query();
      if (HAS_DISTINCT) distinct.query();
      if (HAS_ENTROPY) entropy.query();
      return IS_NANO ? TRAFFIC_NANO_BYTES : TRAFFIC_BYTES;
    case QUERY_HEAVY:
      return HAS_HEAVY ? heavy.query(a, b) : ERR_UNSUPPORTED;
    case QUERY_CONVERSATIONS:
      return IS_NANO ? nano.page(a) : conversations.page(a);
    case QUERY_FUNCTIONS:
      return IS_NANO ? segments.query(a) : ERR_UNSUPPORTED;
    default:
      return IS_NANO ? ERR_UNSUPPORTED : queryGateway(what, a, b);
  }
}

/** What only the gateway keeps. */
function queryGateway(what: u32, a: u32, b: u32): i32 {
  switch (what) {
    case QUERY_EDGES:
      return edgeTable.page(a, b);
    case QUERY_LAYERS:
      return totals.query();
    case QUERY_COMMANDS:
      return commands.page(a);
    case QUERY_CONVERSATIONS_EVICTED:
      return conversations.drain();
    case QUERY_COMMANDS_EVICTED:
      return commands.drain();
    case QUERY_CONVERSATIONS_HARVEST:
      return conversations.harvest(a);
    case QUERY_COMMANDS_HARVEST:
      return commands.harvest(a);
    case QUERY_EXCERPTS:
      return excerpts.drain();
    default:
      return ERR_UNSUPPORTED;
  }
}

/** Time has come to `second`, which may be any. Never more than WINDOW_S steps of work. */
export function advanceTo(second: u32): void {
  if (!clock.started()) {
    expireAll();
    clock.setNewest(second);
    return;
  }
  const newest = clock.newest();
  if (second <= newest) return;
  const passed = second - newest;
  closeSecond(newest);
  for (let step: u32 = 1; step <= min(passed, WINDOW_S); step++) {
    expire((newest + step) % WINDOW_S);
    // Only a short step was watched throughout (QUIET_S_MAX).
    if (passed <= QUIET_S_MAX && step < passed) closeSecond(newest + step);
  }
  clock.setNewest(second);
}

/**
 * The host's word on the time. A record's stamp may run ahead by a mistake and make all later ones
 * late; so when a tick lies more than the window behind, the tick is right and the windows restart.
 */
export function tick(second: u32): void {
  const newest = clock.newest();
  if (clock.started() && second < newest && newest - second > WINDOW_S) {
    expireAll();
    restart();
    clock.setNewest(second);
    count(COUNTER_CLOCK_RESTARTS);
    events.raise(EVENT_CLOCK_RESTART, second, 0, newest, 0, 0);
    return;
  }
  advanceTo(second);
}

function expireAll(): void {
  for (let slot: u32 = 0; slot < WINDOW_S; slot++) expire(slot);
}

function queryLimits(): i32 {
  memory.copy(OUT, LIMITS, LIMITS_BYTES);
  return LIMITS_BYTES;
}
