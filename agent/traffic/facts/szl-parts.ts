/**
 * An answer to "read SZL" that is longer than a PDU comes in parts, each its own S7 message: userdata
 * parameters say which belong together (data unit reference) and whether more follows (last data unit).
 */

/** Behind TPKT, COTP and S7 header. */
const PARAMETERS_AT = 17;
const CPU_RESPONSE = 0x84;
const REFERENCE_AT = PARAMETERS_AT + 8;
const MORE_FOLLOWS_AT = PARAMETERS_AT + 9;
/** Behind the parameters and a data header: return code, transport size, length. */
const DATA_AT = PARAMETERS_AT + 16;

/** Conversations in which a next part is waited for, and parts' bytes kept for each. */
const PENDING_MAX = 16;
const JOINED_BYTES_MAX = 2048;

interface Pending {
  reference: number;
  bytes: Uint8Array;
}

/** @returns a function that gives a message back with the earlier parts of the same answer before it */
export function createSzlJoiner(): (conversation: string, message: Uint8Array) => Uint8Array {
  const pending = new Map<string, Pending>();
  return (conversation, message) => {
    if (message.length < DATA_AT || message[PARAMETERS_AT + 5] !== CPU_RESPONSE) return message;
    const reference = message[REFERENCE_AT]!;
    const before = pending.get(conversation);
    pending.delete(conversation);
    const isNext = before?.reference === reference && reference !== 0;
    const joined = isNext ? joinedOf(before.bytes, message.subarray(DATA_AT)) : message;
    if (message[MORE_FOLLOWS_AT] !== 0 && joined.length <= JOINED_BYTES_MAX) {
      if (pending.size >= PENDING_MAX) pending.delete(pending.keys().next().value!);
      pending.set(conversation, { reference, bytes: joined.slice() });
    }
    return joined;
  };
}

function joinedOf(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
