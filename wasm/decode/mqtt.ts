/**
 * MQTT. A packet: type and flags in one byte, then the length of the rest in 1 to 4 bytes of 7 bits each.
 * What PUBLISH carries is skipped, not kept, where it is more than a stream may hold.
 *
 * MQTT 3.1.1 and 5.0, section 2; the name "MQIsdp" is MQTT 3.1's.
 */
import { EXCERPT_MQTT, KIND_MQTT, OT_MQTT, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 1883;
const LENGTH_BYTES_MAX: u32 = 4;

const CONNECT: u32 = 1;
const PUBLISH: u32 = 3;
/** Types whose flags are 2: PUBREL, SUBSCRIBE, UNSUBSCRIBE; of the others but PUBLISH they are 0. */
const FLAGGED: u32 = (1 << 6) | (1 << 8) | (1 << 10);
/** Types that only a client sends: CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ; only a server: their answers. */
const CLIENTS: u32 = (1 << 1) | (1 << 8) | (1 << 10) | (1 << 12);
const SERVERS: u32 = (1 << 2) | (1 << 9) | (1 << 11) | (1 << 13);
/** Nothing follows PINGREQ and PINGRESP; something the others but DISCONNECT and AUTH. */
const PINGS: u32 = (1 << 12) | (1 << 13);
const MAY_BE_EMPTY: u32 = PINGS | (1 << 14) | (1 << 15);

/** Length and name, as they lie: 00 04 M Q T T, 00 06 M Q I s d p. */
const NAME: u64 = 0x5454_514d_0400;
const NAME_MASK: u64 = 0xffff_ffff_ffff;
const OLD_NAME: u64 = 0x7064_7349_514d_0600;

/** Off the port it begins with CONNECT, which says its name. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes == 0 || !isSound(load<u8>(at))) return OT_NONE;
  const whole = length(at, bytes);
  if (whole == UNSOUND) return OT_NONE;
  if (whole == MORE) return onPort ? MORE : OT_NONE;
  return onPort || isConnect(at, bytes) ? OT_MQTT : OT_NONE;
}

/**
 * A packet that breaks the rules for its first bytes is taken for one all the same where it ends with what is
 * here, or before a packet that keeps them: the receiver is to close the connection, but that is its business.
 */
export function length(at: usize, bytes: u32): u32 {
  if (bytes < 2) return MORE;
  let rest: u32 = 0;
  for (let i: u32 = 0; i < LENGTH_BYTES_MAX; i++) {
    if (1 + i >= bytes) return MORE;
    const byte = <u32>load<u8>(at + i, 1);
    rest |= (byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    const whole: u32 = 2 + i + rest;
    const type = <u32>load<u8>(at) >> 4;
    const hasRightSize = rest > 0 ? !isIn(PINGS, type) : isIn(MAY_BE_EMPTY, type);
    if (hasRightSize && isSound(load<u8>(at))) return whole;
    return whole == bytes || (whole < bytes && isSound(load<u8>(at + whole))) ? whole : UNSOUND;
  }
  return UNSOUND;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const type = <u32>load<u8>(at) >> 4;
  if (type == CONNECT) excerpts.keep(EXCERPT_MQTT, at, bytes, 0, conversation, direction);
  commands.count(conversation, direction, 0, type | (KIND_MQTT << 16), false);
}

export function speaker(at: usize, bytes: u32): u32 {
  const type = <u32>load<u8>(at) >> 4;
  if (isIn(CLIENTS, type)) return SPEAKER_CLIENT;
  return isIn(SERVERS, type) ? SPEAKER_SERVER : SPEAKER_UNKNOWN;
}

function isConnect(at: usize, bytes: u32): bool {
  if (load<u8>(at) != CONNECT << 4) return false;
  let next: u32 = 1;
  while (next <= LENGTH_BYTES_MAX && next < bytes && load<u8>(at + next) >= 0x80) next++;
  if (bytes < next + 9) return false;
  const name = load<u64>(at + next, 1, 1);
  return (name & NAME_MASK) == NAME || name == OLD_NAME;
}

/** Whether a first byte has a type, and the flags that its type prescribes. */
function isSound(first: u32): bool {
  const type = first >> 4;
  return type == PUBLISH || (type != 0 && (first & 15) == (isIn(FLAGGED, type) ? 2 : 0));
}

function isIn(types: u32, type: u32): bool {
  return ((types >> type) & 1) != 0;
}
