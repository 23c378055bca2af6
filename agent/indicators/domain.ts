import { domainToASCII } from "node:url";

/** RFC 1035 section 2.3.4: 255 bytes on the wire are 253 characters of text. */
const DOMAIN_CHARACTERS_MAX = 253;
/** As RFC 1035 section 2.3.4, and with the underscore of service names (RFC 8552). */
const LABEL = /^[a-z0-9_-]{1,63}$/;

/**
 * The name as DNS carries it: lower case, without the root's dot, non-ASCII labels as A-labels
 * (RFC 5891). Null when it is no name of two labels or more, or is an address.
 */
export function parseDomain(text: string): string | null {
  // A U-label's text is never longer than its A-label, so what is too long stays so.
  if (text.length > DOMAIN_CHARACTERS_MAX + 1) return null;
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII.
  const name = /^[\x00-\x7f]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (name.length > DOMAIN_CHARACTERS_MAX) return null;
  const labels = name.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return null;
  // No top-level domain is a number (RFC 3696 section 2): "10.0.0.300" is a mistyped address.
  return /^\d+$/.test(labels.at(-1)!) ? null : name;
}
