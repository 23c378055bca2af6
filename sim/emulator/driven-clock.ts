/** A clock that can be set from outside, so that 14 days pass in seconds. It runs on at its own speed. */
import type { Clock } from "../../agent/core/clock.ts";
import { type Answer, errorAnswer, type Routes } from "./api/server.ts";

export interface DrivenClock extends Clock {
  /** Both clocks move: the monotonic one never back. */
  set(wallMs: number): void;
}

/** No plant is older, and no certificate lives longer. */
const WALL_MS_MAX = Date.UTC(2200, 0, 1);

export function createDrivenClock(clock: Clock): DrivenClock {
  let wallAheadMs = 0;
  let monotonicAheadMs = 0;
  const wallMs = () => clock.wallMs() + wallAheadMs;
  return {
    wallMs,
    monotonicMs: () => clock.monotonicMs() + monotonicAheadMs,
    set(toMs) {
      const stepMs = toMs - wallMs();
      wallAheadMs += stepMs;
      monotonicAheadMs += Math.max(0, stepMs);
    },
  };
}

/** `GET /clock` says what time it is; `POST /clock` {"wall_ms"} sets it. */
export function clockRoutes(clock: DrivenClock): Routes {
  const now = (): Answer => ({ status: 200, json: { wall_ms: clock.wallMs() } });
  return {
    get: { "/clock": now },
    post: {
      "/clock": (_query, body) => {
        const toMs = wallMsOf(body);
        if (toMs === null)
          return errorAnswer(400, 'the body is not {"wall_ms": epoch milliseconds}');
        clock.set(toMs);
        return now();
      },
    },
  };
}

function wallMsOf(body: Uint8Array): number | null {
  try {
    const { wall_ms: wallMs } = JSON.parse(Buffer.from(body).toString("utf8")) as {
      wall_ms?: unknown;
    };
    const isTime = typeof wallMs === "number" && wallMs >= 0 && wallMs <= WALL_MS_MAX;
    return isTime ? wallMs : null;
  } catch {
    return null;
  }
}
