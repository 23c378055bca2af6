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
  LIMITS_COUNTERS,
  LIMITS_EVENTS,
  LIMITS_QUANTILE_BITS,
  LIMITS_QUIET_S,
  LIMITS_SERIES,
  LIMITS_WINDOW_S,
  QUERY_COUNTERS,
  QUERY_LIMITS,
} from "./abi/core";
import {
  QUERY_COMMANDS,
  QUERY_COMMANDS_EVICTED,
  QUERY_CONVERSATIONS,
  QUERY_CONVERSATIONS_EVICTED,
  QUERY_FUNCTIONS,
  QUERY_LAYERS,
} from "./abi/decode";
import { QUERY_SERIES } from "./abi/stats";
import * as clock from "./clock";
import { count, queryCounters } from "./counters";
import { decode } from "./decode/index";
import * as totals from "./decode/totals";
import { vxlan } from "./decode/vxlan";
import * as events from "./events";
import * as commands from "./flow/commands";
import * as conversations from "./flow/conversations";
import * as nano from "./flow/nano";
import * as segments from "./flow/segments";
import * as streams from "./flow/streams";
import { OUT } from "./layout";
import {
  EVENTS_MAX,
  IS_NANO,
  QUIET_S_MAX,
  SERIES_MAX,
  SERIES_QUANTILE_BITS,
  WINDOW_S,
} from "./profile";
import * as series from "./stats/series";
import * as traffic from "./stats/traffic";

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
    totals.packet();
  }
  if (isLate) return;
  traffic.packet();
}

/** A second is over and was watched: what gathered in it goes where it is kept. */
function closeSecond(second: u32): void {
  if (!IS_NANO) streams.closeSecond(second);
  traffic.closeSecond(second);
}

/** A slot of the windows (second % WINDOW_S) gets a new second: the old one leaves every window. */
function expire(slot: u32): void {
  series.expire(slot);
}

/** The windows begin anew; what is learned over longer stays. */
function restart(): void {
  traffic.restart();
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
  return conversations.check() && commands.check() && streams.check();
}

export function query(what: u32, a: u32, b: u32): i32 {
  switch (what) {
    case QUERY_COUNTERS:
      return queryCounters();
    case QUERY_LIMITS:
      return queryLimits();
    case QUERY_SERIES:
      return series.query(a);
    case QUERY_CONVERSATIONS:
      return IS_NANO ? nano.page(a) : conversations.page(a);
    case QUERY_FUNCTIONS:
      return IS_NANO ? segments.query(a) : ERR_UNSUPPORTED;
    default:
      return IS_NANO ? ERR_UNSUPPORTED : queryGateway(what, a);
  }
}

/** What only the gateway keeps. */
function queryGateway(what: u32, a: u32): i32 {
  switch (what) {
    case QUERY_LAYERS:
      return totals.query();
    case QUERY_COMMANDS:
      return commands.page(a);
    case QUERY_CONVERSATIONS_EVICTED:
      return conversations.drain();
    case QUERY_COMMANDS_EVICTED:
      return commands.drain();
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
  store<u32>(OUT, WINDOW_S, LIMITS_WINDOW_S);
  store<u32>(OUT, SERIES_MAX, LIMITS_SERIES);
  store<u32>(OUT, EVENTS_MAX, LIMITS_EVENTS);
  store<u32>(OUT, SERIES_QUANTILE_BITS, LIMITS_QUANTILE_BITS);
  store<u32>(OUT, COUNTERS_MAX, LIMITS_COUNTERS);
  store<u32>(OUT, QUIET_S_MAX, LIMITS_QUIET_S);
  return LIMITS_BYTES;
}
