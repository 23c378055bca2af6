/** Topic names and filters: what they may be (MQTT 5.0 §4.7), and AWS IoT's own limits on top. */
import { TOPIC_BYTES_MAX, TOPIC_SLASHES_MAX } from "../limits.ts";

/** "malformed" breaks the standard; "not-accepted" is well formed but beyond the service's limits. */
export type TopicProblem = "malformed" | "not-accepted";

/** mqtt-packet turns bytes that are no UTF-8 into U+FFFD; U+0000 must not be in a topic. */
const NOT_TEXT = /[\0\ufffd]/;

/** Basic ingest: `$aws/rules/<rule>/` is not counted ("Reducing messaging costs with Basic Ingest"). */
const BASIC_INGEST_PREFIX = /^\$aws\/rules\/[^/]+\//;

export function topicProblemOf(topic: string): TopicProblem | null {
  if (topic === "" || NOT_TEXT.test(topic) || /[+#]/.test(topic)) return "malformed";
  return withinLimits(topic.replace(BASIC_INGEST_PREFIX, "")) ? null : "not-accepted";
}

export function filterProblemOf(filter: string): TopicProblem | null {
  if (filter === "" || NOT_TEXT.test(filter)) return "malformed";
  const levels = filter.split("/");
  const misplaced = levels.some(
    (level, at) =>
      (level.includes("#") && (level !== "#" || at !== levels.length - 1)) ||
      (level.includes("+") && level !== "+"),
  );
  if (misplaced) return "malformed";
  return withinLimits(filter) ? null : "not-accepted";
}

export const isReserved = (topic: string): boolean => topic.startsWith("$");
export const hasWildcard = (filter: string): boolean => /[+#]/.test(filter);
export const isShared = (filter: string): boolean => filter.startsWith("$share/");

function withinLimits(topic: string): boolean {
  if (Buffer.byteLength(topic) > TOPIC_BYTES_MAX) return false;
  return topic.split("/").length - 1 <= TOPIC_SLASHES_MAX;
}
