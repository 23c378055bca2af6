/**
 * The OT protocols: one switch, one contract. A protocol is a file in decode/ and a case in each function here.
 *
 *  - PORT: where it is registered. A port alone proves nothing; on it less evidence is enough.
 *  - begins(at, bytes, onPort): whether a stream or datagram that starts so is this protocol's.
 *  - length(at, bytes): of the message that starts here, header included; ot-results.ts says what else.
 *  - speaker(at, bytes): who can only have sent the message, for want of other evidence.
 *  - message(at, bytes, conversation, direction): one message. `bytes` of it are there: all, unless it
 *    exceeds what a stream may hold or the build puts no streams together. What length() wanted is there.
 *
 * Nothing at or beyond at + bytes may be read. A message is understood by itself: there is no state here.
 */
import {
  CLIENT_INITIATOR,
  CLIENT_RESPONDER,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_MARKS,
  CONVERSATION_OT,
  CONVERSATION_RESPONDER_PORT,
  COUNTER_OT_MESSAGES,
  OT_MODBUS,
  OT_NONE,
} from "../abi/decode";
import { count } from "../counters";
import * as modbus from "./modbus";
import { SPEAKER_CLIENT, SPEAKER_SERVER, UNSOUND } from "./ot-results";

export function length(protocol: u32, at: usize, bytes: u32): u32 {
  switch (protocol) {
    case OT_MODBUS:
      return modbus.length(at, bytes);
    default:
      return UNSOUND;
  }
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  count(COUNTER_OT_MESSAGES);
  switch (<u32>load<u8>(conversation, CONVERSATION_OT)) {
    case OT_MODBUS:
      return modbus.message(at, bytes, conversation, direction);
  }
}

/** Recognises the protocol, and who is the client in it. @returns OT_NONE, the protocol, or MORE */
export function identify(at: usize, bytes: u32, conversation: usize, direction: u32): u32 {
  const initiatorPort = <u32>load<u16>(conversation, CONVERSATION_INITIATOR_PORT);
  const responderPort = <u32>load<u16>(conversation, CONVERSATION_RESPONDER_PORT);
  const onPort = initiatorPort == modbus.PORT || responderPort == modbus.PORT;
  const begins = modbus.begins(at, bytes, onPort);
  if (begins != OT_MODBUS) return begins;
  store<u8>(conversation, <u8>OT_MODBUS, CONVERSATION_OT);
  setClient(conversation, direction, modbus.PORT, modbus.speaker(at, bytes));
  return OT_MODBUS;
}

/** Whether a port says that more attempts are worth while. */
export function isLikely(conversation: usize): bool {
  return (
    load<u16>(conversation, CONVERSATION_INITIATOR_PORT) == modbus.PORT ||
    load<u16>(conversation, CONVERSATION_RESPONDER_PORT) == modbus.PORT
  );
}

/**
 * The end at the registered port is the server, if that is one end only: the port is where it was found,
 * whoever opened the connection. Else the handshake decides, else the message, else the lower port.
 */
function setClient(conversation: usize, direction: u32, port: u32, speaker: u32): void {
  const initiator = <u32>load<u16>(conversation, CONVERSATION_INITIATOR_PORT);
  const responder = <u32>load<u16>(conversation, CONVERSATION_RESPONDER_PORT);
  let isInitiator = initiator >= responder;
  if ((initiator == port) != (responder == port)) isInitiator = responder == port;
  else if (load<u8>(conversation, CONVERSATION_MARKS) != 0) return;
  else if (speaker == SPEAKER_CLIENT) isInitiator = direction == 0;
  else if (speaker == SPEAKER_SERVER) isInitiator = direction != 0;
  const client = isInitiator ? CLIENT_INITIATOR : CLIENT_RESPONDER;
  store<u8>(conversation, <u8>client, CONVERSATION_MARKS);
}
