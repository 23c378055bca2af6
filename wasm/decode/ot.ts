/**
 * The OT protocols: one switch, one contract. A protocol is a file in decode/ and a case in each function here.
 *
 *  - PORT: where it is registered. A port alone proves nothing; on it less evidence is enough.
 *  - begins(at, bytes, onPort): whether a stream or datagram that starts so is this protocol's.
 *  - length(at, bytes): of the message that starts here, header included; ot-results.ts says what else.
 *  - speaker(at, bytes): who can only have sent the message, for want of other evidence.
 *  - message(at, bytes, conversation, direction): one message. `bytes` of it are there: all, unless it
 *    exceeds what a stream may hold or is cut. What length() wanted is there.
 *
 * Nothing at or beyond at + bytes may be read. A message that cannot be understood by itself is understood
 * with the conversation's OT_STATE (flow/record.ts).
 */
import {
  CLIENT_INITIATOR,
  CLIENT_RESPONDER,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_MARKS,
  CONVERSATION_OT,
  CONVERSATION_PROTOCOL,
  CONVERSATION_RESPONDER_PORT,
  COUNTER_OT_MESSAGES,
  OT_BACNET,
  OT_CIPIO,
  OT_COTP,
  OT_DNP3,
  OT_ENIP,
  OT_ETHERCAT,
  OT_HART_IP,
  OT_IEC104,
  OT_MODBUS,
  OT_MQTT,
  OT_NONE,
  OT_OPCUA,
  OT_S7COMM,
  OT_S7PLUS,
} from "../abi/decode";
import { count } from "../counters";
import * as bacnet from "./bacnet";
import * as cotp from "./cotp";
import * as dnp3 from "./dnp3";
import * as enip from "./enip";
import * as ethercat from "./ethercat";
import * as hartIp from "./hart-ip";
import * as iec104 from "./iec104";
import * as modbus from "./modbus";
import * as mqtt from "./mqtt";
import * as opcua from "./opcua";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

const TCP: u32 = 6;
// What is tried off the ports, as bits of 1 << OT_: the likely ones first, since the lowest goes first.
const OVER_TCP: u32 =
  (1 << OT_MODBUS) |
  (1 << OT_COTP) |
  (1 << OT_ENIP) |
  (1 << OT_DNP3) |
  (1 << OT_IEC104) |
  (1 << OT_OPCUA) |
  (1 << OT_MQTT);
const OVER_UDP: u32 = (1 << OT_MODBUS) | (1 << OT_ENIP) | (1 << OT_DNP3) | (1 << OT_BACNET);

function protocolOfPort(port: u32): u32 {
  switch (port) {
    case modbus.PORT:
      return OT_MODBUS;
    case cotp.PORT:
      return OT_COTP;
    case enip.PORT:
      return OT_ENIP;
    case enip.IO_PORT:
      return OT_CIPIO;
    case dnp3.PORT:
      return OT_DNP3;
    case iec104.PORT:
      return OT_IEC104;
    case opcua.PORT:
      return OT_OPCUA;
    case bacnet.PORT:
      return OT_BACNET;
    case mqtt.PORT:
      return OT_MQTT;
    case hartIp.PORT:
      return OT_HART_IP;
    case ethercat.PORT:
      return OT_ETHERCAT;
    default:
      return OT_NONE;
  }
}

function begins(protocol: u32, at: usize, bytes: u32, onPort: bool): u32 {
  switch (protocol) {
    case OT_MODBUS:
      return modbus.begins(at, bytes, onPort);
    case OT_COTP:
      return cotp.begins(at, bytes, onPort);
    case OT_ENIP:
      return enip.begins(at, bytes, onPort);
    case OT_CIPIO:
      return enip.ioBegins(at, bytes, onPort);
    case OT_DNP3:
      return dnp3.begins(at, bytes, onPort);
    case OT_IEC104:
      return iec104.begins(at, bytes, onPort);
    case OT_OPCUA:
      return opcua.begins(at, bytes, onPort);
    case OT_BACNET:
      return bacnet.begins(at, bytes, onPort);
    case OT_MQTT:
      return mqtt.begins(at, bytes, onPort);
    case OT_HART_IP:
      return hartIp.begins(at, bytes, onPort);
    case OT_ETHERCAT:
      return ethercat.begins(at, bytes, onPort);
    default:
      return OT_NONE;
  }
}

export function length(protocol: u32, at: usize, bytes: u32): u32 {
  switch (protocol) {
    case OT_MODBUS:
      return modbus.length(at, bytes);
    case OT_COTP:
    case OT_S7COMM:
    case OT_S7PLUS:
      return cotp.length(at, bytes);
    case OT_ENIP:
      return enip.length(at, bytes);
    case OT_CIPIO:
      return enip.ioLength(at, bytes);
    case OT_DNP3:
      return dnp3.length(at, bytes);
    case OT_IEC104:
      return iec104.length(at, bytes);
    case OT_OPCUA:
      return opcua.length(at, bytes);
    case OT_BACNET:
      return bacnet.length(at, bytes);
    case OT_MQTT:
      return mqtt.length(at, bytes);
    case OT_HART_IP:
      return hartIp.length(at, bytes);
    case OT_ETHERCAT:
      return bytes;
    default:
      return UNSOUND;
  }
}

/** How much to leave out where a stream makes no sense: all, unless its receiver would look further. */
export function skip(protocol: u32, at: usize, bytes: u32): u32 {
  if (protocol == OT_IEC104) return iec104.skip(at, bytes);
  return protocol == OT_DNP3 ? dnp3.skip(at, bytes) : bytes;
}

function speaker(protocol: u32, at: usize, bytes: u32): u32 {
  switch (protocol) {
    case OT_MODBUS:
      return modbus.speaker(at, bytes);
    case OT_COTP:
      return cotp.speaker(at, bytes);
    case OT_ENIP:
      return enip.speaker(at, bytes);
    case OT_DNP3:
      return dnp3.speaker(at, bytes);
    case OT_IEC104:
      return iec104.speaker(at, bytes);
    case OT_OPCUA:
      return opcua.speaker(at, bytes);
    case OT_MQTT:
      return mqtt.speaker(at, bytes);
    case OT_HART_IP:
      return hartIp.speaker(at, bytes);
    default:
      return SPEAKER_UNKNOWN;
  }
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  count(COUNTER_OT_MESSAGES);
  switch (<u32>load<u8>(conversation, CONVERSATION_OT)) {
    case OT_MODBUS:
      return modbus.message(at, bytes, conversation, direction);
    case OT_COTP:
    case OT_S7COMM:
    case OT_S7PLUS:
      return cotp.message(at, bytes, conversation, direction);
    case OT_ENIP:
      return enip.message(at, bytes, conversation, direction);
    case OT_CIPIO:
      return enip.ioMessage(conversation, direction);
    case OT_DNP3:
      return dnp3.message(at, bytes, conversation, direction);
    case OT_IEC104:
      return iec104.message(at, bytes, conversation, direction);
    case OT_OPCUA:
      return opcua.message(at, bytes, conversation, direction);
    case OT_BACNET:
      return bacnet.message(at, bytes, conversation, direction);
    case OT_MQTT:
      return mqtt.message(at, bytes, conversation, direction);
    case OT_HART_IP:
      return hartIp.message(at, bytes, conversation, direction);
    case OT_ETHERCAT:
      return ethercat.message(at, at + bytes, conversation, direction);
  }
}

/** Recognises the protocol, and who is the client in it. @returns OT_NONE, the protocol, or MORE */
export function identify(at: usize, bytes: u32, conversation: usize, direction: u32): u32 {
  const likely = likelyOf(conversation);
  let found = likely == OT_NONE ? OT_NONE : begins(likely, at, bytes, true);
  if (found == OT_NONE) found = identifyOffPort(at, bytes, conversation, likely);
  if (found == OT_NONE || found == MORE) return found;
  store<u8>(conversation, <u8>found, CONVERSATION_OT);
  setClient(conversation, direction, found, speaker(found, at, bytes));
  return found;
}

/** Whether a port says that more attempts are worth while. */
export function isLikely(conversation: usize): bool {
  return likelyOf(conversation) != OT_NONE;
}

function likelyOf(conversation: usize): u32 {
  const server = protocolOfPort(load<u16>(conversation, CONVERSATION_RESPONDER_PORT));
  if (server != OT_NONE) return server;
  return protocolOfPort(load<u16>(conversation, CONVERSATION_INITIATOR_PORT));
}

function identifyOffPort(at: usize, bytes: u32, conversation: usize, except: u32): u32 {
  const isTcp = load<u8>(conversation, CONVERSATION_PROTOCOL) == TCP;
  let left = (isTcp ? OVER_TCP : OVER_UDP) & ~(1 << except);
  for (; left != 0; left &= left - 1) {
    const found = begins(ctz(left), at, bytes, false);
    if (found != OT_NONE) return found;
  }
  return OT_NONE;
}

/**
 * The end at the registered port is the server, if that is one end only: the port is where it was found,
 * whoever opened the connection. Else the handshake decides, else the message, else the lower port.
 */
function setClient(conversation: usize, direction: u32, protocol: u32, speaker: u32): void {
  const initiator = <u32>load<u16>(conversation, CONVERSATION_INITIATOR_PORT);
  const responder = <u32>load<u16>(conversation, CONVERSATION_RESPONDER_PORT);
  const isRegistered = protocolOfPort(responder) == protocol;
  let isInitiator = initiator >= responder;
  if ((protocolOfPort(initiator) == protocol) != isRegistered) isInitiator = isRegistered;
  else if (load<u8>(conversation, CONVERSATION_MARKS) != 0) return;
  else if (speaker == SPEAKER_CLIENT) isInitiator = direction == 0;
  else if (speaker == SPEAKER_SERVER) isInitiator = direction != 0;
  const client = isInitiator ? CLIENT_INITIATOR : CLIENT_RESPONDER;
  store<u8>(conversation, <u8>client, CONVERSATION_MARKS);
}
