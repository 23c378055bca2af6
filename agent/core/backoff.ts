export interface BackoffOptions {
  delayMsMin: number;
  delayMsMax: number;
  /** A number in [0, 1): chance comes in from outside. */
  random: () => number;
}

/** Waits between tries: doubling, capped, with "equal jitter" so that a fleet does not come back at once. */
export interface Backoff {
  /** Milliseconds to wait after one more failure. */
  nextMs(): number;
  reset(): void;
}

export function createBackoff({ delayMsMin, delayMsMax, random }: BackoffOptions): Backoff {
  let ceilingMs = delayMsMin;
  return {
    nextMs() {
      const delayMs = ceilingMs / 2 + (random() * ceilingMs) / 2;
      ceilingMs = Math.min(ceilingMs * 2, delayMsMax);
      return Math.round(delayMs);
    },
    reset() {
      ceilingMs = delayMsMin;
    },
  };
}
