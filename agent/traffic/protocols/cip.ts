/**
 * The CIP Networks Library, volume 1: appendix A (services), chapter 5 (object classes), appendix B (general
 * status). Rockwell's own classes and services: Logix 5000 Controllers Data Access (1756-PM020); what is not
 * published there, as captures show it. PCCC: DF1 Protocol and Command Set Reference Manual (1770-6.5.16).
 */
import { abi } from "../abi.ts";
import { defineProtocol, hex, type Name, nameOf, pairOf } from "./protocol.ts";

const IDENTITY = 0x01;
const PCCC_CLASS = 0x67;

/** Appendix A: the same for every class, unless the class has it otherwise. */
const common: Readonly<Record<number, Name>> = {
  1: ["get attributes all", "read"],
  2: ["set attributes all", "write"],
  3: ["get attribute list", "read"],
  4: ["set attribute list", "write"],
  5: ["reset", "control", "restart"],
  6: ["start", "control", "start"],
  7: ["stop", "control", "stop"],
  8: ["create", "write"],
  9: ["delete", "write"],
  10: ["multiple service packet", "other"],
  13: ["apply attributes", "write"],
  14: ["get attribute single", "read"],
  16: ["set attribute single", "write"],
  17: ["find next object instance", "read"],
  21: ["restore", "write"],
  22: ["save", "write"],
  23: ["nop", "other"],
  24: ["get member", "read"],
  25: ["set member", "write"],
  26: ["insert member", "write"],
  27: ["remove member", "write"],
};

/** By class << 8 | service: what its class makes of a service. */
const ofClass: Readonly<Record<number, Name>> = {
  257: ["get attributes all", "read", "identify"],
  261: ["reset", "control", "restart"],
  522: ["multiple service packet", "other"],
  1614: ["forward close", "other"],
  1618: ["unconnected send", "other"],
  1620: ["forward open", "other"],
  1626: ["get connection owner", "read"],
  1627: ["large forward open", "other"],
  14155: ["initiate file upload", "read", "program_upload"],
  14156: ["initiate file download", "write", "firmware_update"],
  14159: ["upload file transfer", "read", "program_upload"],
  14160: ["download file transfer", "write", "firmware_update"],
  26443: ["execute pccc", "other"],
  27468: ["read tag", "read"],
  27469: ["write tag", "write"],
  27474: ["read tag fragmented", "read"],
  27475: ["write tag fragmented", "write"],
  27477: ["get instance attribute list", "read"],
  26632: ["create", "write", "program_download"],
  26633: ["delete", "write", "program_download"],
  26888: ["create", "write", "program_download"],
  26889: ["delete", "write", "program_download"],
  27400: ["create", "write", "program_download"],
  27401: ["delete", "write", "program_download"],
  27656: ["create", "write", "program_download"],
  36427: ["lock or mode service", "control", "mode_change"],
  44107: ["lock or mode service", "control", "mode_change"],
  41293: ["write flash", "write", "firmware_update"],
  35588: ["set attribute list", "write", "time_set"],
  35600: ["set attribute single", "write", "time_set"],
  17156: ["set attribute list", "write", "time_set"],
  17168: ["set attribute single", "write", "time_set"],
  62722: ["set attributes all", "write", "address_set"],
  62724: ["set attribute list", "write", "address_set"],
  62736: ["set attribute single", "write", "address_set"],
};

/** Of tags by name, and of classes that have no other meaning for them. */
const tags: Readonly<Record<number, Name>> = {
  76: ["read tag", "read"],
  77: ["write tag", "write"],
  78: ["read modify write tag", "write"],
  82: ["read tag fragmented", "read"],
  83: ["write tag fragmented", "write"],
};

const classes: Readonly<Record<number, string>> = {
  1: "identity",
  2: "message router",
  4: "assembly",
  6: "connection manager",
  55: "file",
  67: "time sync",
  71: "device level ring",
  72: "qos",
  100: "program name",
  102: "pccc",
  103: "pccc",
  104: "program",
  105: "map",
  107: "symbol",
  108: "template",
  139: "wall clock time",
  142: "controller",
  161: "flash update",
  172: "controller device",
  244: "port",
  245: "tcp/ip interface",
  246: "ethernet link",
};

/** Appendix B. */
const statuses: Readonly<Record<number, string>> = {
  1: "connection failure",
  2: "resource unavailable",
  3: "invalid parameter value",
  4: "path segment error",
  5: "path destination unknown",
  6: "partial transfer",
  7: "connection lost",
  8: "service not supported",
  9: "invalid attribute value",
  10: "attribute list error",
  11: "already in requested mode",
  12: "object state conflict",
  13: "object already exists",
  14: "attribute not settable",
  15: "privilege violation",
  16: "device state conflict",
  17: "reply data too large",
  19: "not enough data",
  20: "attribute not supported",
  21: "too much data",
  22: "object does not exist",
  30: "embedded service error",
  31: "vendor specific error",
  32: "invalid parameter",
  38: "path size invalid",
  255: "general error",
};

/** By command << 8 | function. */
const pccc: Readonly<Record<number, Name>> = {
  256: ["pccc unprotected read", "read"],
  2048: ["pccc unprotected write", "write"],
  1536: ["pccc echo", "other"],
  1539: ["pccc diagnostic status", "read", "identify"],
  3842: ["pccc bit write", "write"],
  3847: ["pccc disable forces", "control"],
  3848: ["pccc enable forces", "control"],
  3857: ["pccc get edit resource", "control"],
  3858: ["pccc return edit resource", "control"],
  3878: ["pccc read modify write", "write"],
  3898: ["pccc set processor mode", "control", "mode_change"],
  3920: ["pccc download all", "write", "program_download"],
  3922: ["pccc download completed", "write", "program_download"],
  3923: ["pccc upload all", "read", "program_upload"],
  3925: ["pccc upload completed", "read", "program_upload"],
  3927: ["pccc initialize memory", "control", "factory_reset"],
  3943: ["pccc typed write", "write"],
  3944: ["pccc typed read", "read"],
  3968: ["pccc change mode", "control", "mode_change"],
  3969: ["pccc open file", "other"],
  3970: ["pccc close file", "other"],
  4001: ["pccc protected typed logical read", "read"],
  4002: ["pccc protected typed logical read", "read"],
  4003: ["pccc protected typed file read", "read"],
  4007: ["pccc protected typed file read", "read"],
  4009: ["pccc protected typed logical write", "write"],
  4010: ["pccc protected typed logical write", "write"],
  4011: ["pccc protected typed logical write with mask", "write"],
  4015: ["pccc protected typed file write", "write"],
};

export const cip = defineProtocol({
  id: abi.OT_CIP,
  name: "cip",
  describe({ kind, functionCode, object, error }) {
    if (kind === abi.KIND_CIP_PCCC) {
      const key = ((functionCode & 0xff) << 8) | (functionCode >> 8);
      return {
        object: "",
        ...nameOf(pccc, key, `pccc ${hex(functionCode & 0xff, 2)}/${hex(functionCode >> 8, 2)}`),
        error: error === 0 ? "" : `pccc status ${hex(error, 2)}`,
      };
    }
    // What it carries is told by itself.
    if (object === PCCC_CLASS && error === 0) return null;
    return {
      object: objectOf(object),
      ...serviceOf(object, functionCode),
      error: error === 0 ? "" : (statuses[error] ?? `general status ${hex(error, 2)}`),
    };
  },
  tally(command, add) {
    if (command.kind !== abi.KIND_CIP) return;
    const pair = pairOf(command);
    const key = hex(command.functionCode, 2);
    add(pair, "service_request", key, command.requestCount);
    add(pair, "service_response", key, command.responseCount + command.errorCount);
    add(pair, "general_status", "0", command.responseCount);
    add(pair, "general_status", String(command.error), command.errorCount);
  },
});

function objectOf(object: number): string {
  if (object === abi.CIP_TAG) return "tag";
  if (object === abi.CIP_UNKNOWN) return "";
  return classes[object] ?? `class ${hex(object, 2)}`;
}

function serviceOf(object: number, service: number) {
  const own = ofClass[(object << 8) | service];
  if (own) return nameOf(ofClass, (object << 8) | service, "");
  const isTag = object === abi.CIP_TAG || object === abi.CIP_UNKNOWN;
  const names = isTag && tags[service] ? tags : common;
  // A restart and a reset to the factory's settings have the same service; only the identity's is the device's.
  if (service === 0x05 && object !== IDENTITY && object !== abi.CIP_UNKNOWN) {
    return nameOf({ 5: ["reset", "control"] }, service, "");
  }
  return nameOf(names, service, `service ${hex(service, 2)}`);
}
