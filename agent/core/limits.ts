/** Bounds of the agent, each with its reason. A protocol's own limits stand with the protocol. */

/** Largest file a collector reads. /proc/net/tcp with 100,000 sockets is 15 MB. */
export const HOST_FILE_BYTES_MAX = 32 * 1024 * 1024;

/** Losses kept with their range; more only raise the count. */
export const SPOOL_LOSSES_MAX = 64;

/** Reports that the status page remembers. */
export const STATUS_REPORTS_MAX = 20;

/** Seconds of traffic that the status page plots. */
export const STATUS_SECONDS_MAX = 300;

/** Reports sent in one drain, so that one round has a bound however full the spool is. */
export const DRAIN_REPORTS_MAX = 64;
