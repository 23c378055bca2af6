/** Bounds of the emulated service: AWS's own where AWS states one, ours where it does not. */

// --- AWS IoT Core quotas (General Reference, "AWS IoT Core endpoints and quotas") ---

/** Largest payload of a PUBLISH. */
export const PAYLOAD_BYTES_MAX = 128 * 1024;

/** Largest MQTT packet, announced to MQTT 5 clients as Maximum Packet Size. */
export const PACKET_BYTES_MAX = 149_504;

export const CLIENT_ID_BYTES_MAX = 128;
export const TOPIC_BYTES_MAX = 256;
export const TOPIC_SLASHES_MAX = 7;
export const FILTERS_PER_SUBSCRIBE_MAX = 8;
export const SUBSCRIPTIONS_PER_CONNECTION_MAX = 50;

/** QoS 1 messages that may wait for a PUBACK, per connection and direction. */
export const IN_FLIGHT_MAX = 100;

/** Keep-alive outside of these is moved to the nearer one; 0 counts as the longest. */
export const KEEP_ALIVE_S_MIN = 30;
export const KEEP_ALIVE_S_MAX = 1200;

/** How long a persistent session outlives its connection. */
export const SESSION_EXPIRY_S_MAX = 3600;

export const TOPIC_ALIAS_MAX = 8;

/** Longest name of a thing in a Defender topic, in UTF-8 bytes. */
export const THING_NAME_BYTES_MAX = 128;

/** Device Defender's default minimum delay between the reports of one device. */
export const REPORT_INTERVAL_S_MIN = 300;

// --- Ours: what keeps one client, or a long run, from eating the memory ---

export const CONNECTIONS_MAX = 20_000;

/** A connection that has not sent a valid CONNECT by then is closed. */
export const CONNECT_WAIT_MS_MAX = 10_000;

/** After a goodbye, how long the other side has to close before the socket is destroyed. */
export const CLOSE_WAIT_MS_MAX = 5_000;

/** Unsent bytes above which QoS 0 is dropped, QoS 1 waits, and nothing more is read from the client. */
export const OUTPUT_BYTES_MAX = 512 * 1024;

/** Waiting QoS 1 messages of one session. More are dropped, and counted. */
export const QUEUE_MESSAGES_MAX = 1_000;
export const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Persistent sessions without a connection. The one that is away longest goes first. */
export const SESSIONS_AWAY_MAX = 20_000;

export const RETAINED_MESSAGES_MAX = 5_000;
export const RETAINED_BYTES_MAX = 64 * 1024 * 1024;

/** Kept reports and rejections; the oldest go first. Bytes are those received. */
export const REPORTS_PER_THING_MAX = 50;
export const REPORTS_MAX = 20_000;
export const REPORTS_BYTES_MAX = 32 * 1024 * 1024;
export const REJECTIONS_PER_THING_MAX = 20;
export const REJECTIONS_MAX = 5_000;
export const REJECTIONS_BYTES_MAX = 32 * 1024 * 1024;

/** Things whose counts and last report time are remembered; the one silent longest goes first. */
export const THINGS_MAX = 100_000;

/** Nesting of a CBOR report. The format itself needs six. */
export const CBOR_DEPTH_MAX = 16;

/** Unknown members that are named in a stored report. */
export const IGNORED_MEMBERS_MAX = 20;

/** Reports in one answer of the HTTP API. */
export const READ_LIMIT_DEFAULT = 100;
export const READ_LIMIT_MAX = 1_000;
