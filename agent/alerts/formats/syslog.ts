/**
 * RFC 5424: header, one element of structured data with the finding's members, and the sentence as the
 * message. What comes from the network (a subject, a sentence) is escaped or replaced, so that nobody
 * writes lines of his own into the log.
 */
import type { FindingEvent, Severity } from "../../core/finding.ts";
import type { Notice } from "../notice.ts";
import { type Format, type Speaker, sourceNameOf, timestampOf } from "./format.ts";

export const syslog: Format = {
  contentType: "text/plain; charset=utf-8",
  encode: syslogOf,
};

/**
 * rsyslog's default limit; RFC 5424 §6.1 asks receivers for 2,048 octets. Above it the message is cut:
 * what has to arrive, the ids and numbers, stands before it.
 */
export const SYSLOG_BYTES_MAX = 8 * 1024;

/** §6.2.1: security/authorization messages, which Debian puts in auth.log. */
const FACILITY = 4;

/** §6.2.1: critical, error, warning, notice, informational. */
const codes: Record<Severity, number> = {
  critical: 2,
  high: 3,
  medium: 4,
  low: 5,
  informational: 6,
};
const NOTICE = 5;

/** §7.2.2 and RFC 5612: 32473 is for documentation; we have no enterprise number. */
const SD_ID = "fieldwarden@32473";

/** §6.4: a message in UTF-8 begins with the byte order mark. */
const BOM = "\ufeff";

function syslogOf(notice: Notice, { thing }: Speaker): string {
  const { finding } = notice;
  const priority = FACILITY * 8 + codeOf(finding.severity, finding.event);
  const host = printable(thing, 255);
  const messageId = printable(finding.event, 32);
  const time = timestampOf(finding.wallMs);
  const header = `<${priority}>1 ${time} ${host} fieldwarden - ${messageId}`;
  return cut(`${header} ${structuredDataOf(notice)} ${BOM}${oneLine(finding.why)}`);
}

/** What is over calls for nobody. */
const codeOf = (severity: Severity, event: FindingEvent): number =>
  event === "in-alarm" ? codes[severity] : Math.max(NOTICE, codes[severity]);

function structuredDataOf(notice: Notice): string {
  const { finding, sequence, kind, count, hash } = notice;
  const params = {
    id: finding.id,
    sequence,
    kind,
    severity: finding.severity,
    source: sourceNameOf(notice),
    subject: finding.subject,
    count,
    since: timestampOf(finding.sinceWallMs),
    techniques: finding.techniques.join(" "),
    hash,
  };
  const text = Object.entries(params)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`);
  return `[${SD_ID}${text.join("")}]`;
}

/** §6.3.3: these three are escaped, and must be. Control characters are nobody's honest value. */
const escaped = (text: string): string => oneLine(text).replace(/["\\\]]/g, "\\$&");

/** §6.2: PRINTUSASCII, which has no space; "-" is the nil value. */
const printable = (text: string, charsMax: number): string =>
  text.replace(/[^!-~]/g, "_").slice(0, charsMax) || "-";

/** C0, DEL, C1, and the two separators that some readers take for a line's end. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");

/** Cut between characters, never inside one. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= SYSLOG_BYTES_MAX) return text;
  const bytes = Buffer.from(text);
  let end = SYSLOG_BYTES_MAX;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
