/** How the agent learns the time. The simulator hands in one that runs a day in a second. */
export interface Clock {
  /** Wall clock in epoch milliseconds, for stamps and report ids only. It may jump. */
  wallMs(): number;
  /** Milliseconds that never go back. For every interval, timeout and backoff. */
  monotonicMs(): number;
}
