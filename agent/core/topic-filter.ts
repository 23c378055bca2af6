/**
 * Whether a topic is within a filter (MQTT 3.1.1 §4.7): `+` is one level, `#` all that follow and their
 * parent; at the first level neither stands for a name that begins with `$` (§4.7.2).
 */
export function isWithinFilter(topic: string, filter: string): boolean {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  for (const [at, level] of wanted.entries()) {
    if (level === "#") return true;
    if (at >= levels.length || (level !== "+" && level !== levels[at])) return false;
  }
  return levels.length === wanted.length;
}
