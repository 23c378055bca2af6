/**
 * Protocols of any network in which devices say what they are, kept for the host to read: UDP by its
 * registered ports, TCP by the first bytes of a stream that no plant protocol claims, on whatever port.
 */
import {
  CONVERSATION_INITIATOR_PORT,
  EXCERPT_DHCP,
  EXCERPT_DNS,
  EXCERPT_HTTP,
  EXCERPT_LLMNR,
  EXCERPT_MDNS,
  EXCERPT_NBNS,
  EXCERPT_SNMP,
  EXCERPT_SSDP,
  EXCERPT_SSH,
  EXCERPT_TLS,
} from "../abi/decode";
import * as excerpts from "../flow/excerpts";
import { snmp } from "./snmp";

/** The highest of the ports below. */
const PORT_LAST: u32 = 5355;

/** A transaction's number and flags (RFC 1035 section 4.1.1; NBNS, mDNS and LLMNR have them too). */
const DNS_FIXED: u32 = 4;
const DNS_HEADER_BYTES: u32 = 12;
/** Operation, hardware, hops; transaction; seconds, flags (RFC 2131 section 2). */
const DHCP_FIXED: u32 = 12;
const DHCP_BYTES: u32 = 240;

// First bytes as they lie.
const SSH: u32 = 0x2d485353; // "SSH-"
const HTTP: u32 = 0x50545448; // "HTTP"
const GET: u32 = 0x20544547; // "GET "
const POST: u32 = 0x54534f50; // "POST"
const PUT: u32 = 0x20545550; // "PUT "
const HEAD: u32 = 0x44414548; // "HEAD"
/** A handshake record of TLS, 16 03, and the least that says something. */
const TLS: u32 = 0x0316;
const TLS_BYTES: u32 = 6;
const CLIENT_HELLO: u32 = 1;
const SERVER_HELLO: u32 = 2;
const CERTIFICATE: u32 = 11;

export function datagram(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const ports = load<u32>(conversation, CONVERSATION_INITIATOR_PORT);
  const low = min(ports & 0xffff, ports >> 16);
  if (low > PORT_LAST) return;
  switch (low) {
    case 53:
      return dns(EXCERPT_DNS, at, bytes, conversation, direction);
    case 67:
      if (bytes < DHCP_BYTES) return;
      return excerpts.keep(EXCERPT_DHCP, at, bytes, DHCP_FIXED, conversation, direction);
    case 137:
      return dns(EXCERPT_NBNS, at, bytes, conversation, direction);
    case 161:
    case 162:
      return snmp(at, bytes, conversation, direction);
    case 1900:
      return excerpts.keep(EXCERPT_SSDP, at, bytes, 0, conversation, direction);
    case 5353:
      return dns(EXCERPT_MDNS, at, bytes, conversation, direction);
    case 5355:
      return dns(EXCERPT_LLMNR, at, bytes, conversation, direction);
  }
}

/** @param isFirst whether nothing of this direction was looked at before */
export function stream(
  at: usize,
  bytes: u32,
  conversation: usize,
  direction: u32,
  isFirst: bool,
): void {
  if (bytes < TLS_BYTES) return;
  const word = load<u32>(at, 0, 1);
  if ((word & 0xffff) == TLS) {
    const type = <u32>load<u8>(at, 5);
    if (type == CLIENT_HELLO || type == SERVER_HELLO || type == CERTIFICATE) {
      excerpts.keep(EXCERPT_TLS, at, bytes, 0, conversation, direction);
    }
    return;
  }
  if (!isFirst) return;
  switch (word) {
    case SSH:
      return excerpts.keep(EXCERPT_SSH, at, bytes, 0, conversation, direction);
    case HTTP:
    case GET:
    case POST:
    case PUT:
    case HEAD:
      return excerpts.keep(EXCERPT_HTTP, at, bytes, 0, conversation, direction);
  }
}

function dns(kind: u32, at: usize, bytes: u32, conversation: usize, direction: u32): void {
  if (bytes <= DNS_HEADER_BYTES) return;
  excerpts.keep(kind, at, bytes, DNS_FIXED, conversation, direction);
}
