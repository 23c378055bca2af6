/**
 * The CIP Networks Library, volume 1: appendix A (services), chapter 5 (object classes), appendix B (general
 * status). Rockwell's own classes and services: Logix 5000 Controllers Data Access (1756-PM020); what is not
 * published there, as captures show it. PCCC: DF1 Protocol and Command Set Reference Manual (1770-6.5.16).
 */
import { abi } from "../abi.ts";
import { defineProtocol, hex, type Name, nameOf, pairOf } from "./protocol.ts";

const RESET = 0x05;
const PCCC_CLASS = 0x67;

/** Appendix A: the same for every class, unless the class has it otherwise. */
const common: Readonly<Record<string, Name>> = {
  "0x01": ["get attributes all", "read"],
  "0x02": ["set attributes all", "write"],
  "0x03": ["get attribute list", "read"],
  "0x04": ["set attribute list", "write"],
  "0x05": ["reset", "control", "restart"],
  "0x06": ["start", "control", "start"],
  "0x07": ["stop", "control", "stop"],
  "0x08": ["create", "write"],
  "0x09": ["delete", "write"],
  "0x0a": ["multiple service packet", "other"],
  "0x0d": ["apply attributes", "write"],
  "0x0e": ["get attribute single", "read"],
  "0x10": ["set attribute single", "write"],
  "0x11": ["find next object instance", "read"],
  "0x15": ["restore", "write"],
  "0x16": ["save", "write"],
  "0x17": ["nop", "other"],
  "0x18": ["get member", "read"],
  "0x19": ["set member", "write"],
  "0x1a": ["insert member", "write"],
  "0x1b": ["remove member", "write"],
};

/** By class and service: what its class makes of a service. */
const ofClass: Readonly<Record<string, Name>> = {
  "0x01/0x01": ["get attributes all", "read", "identify"],
  "0x01/0x05": ["reset", "control", "restart"],
  "0x02/0x0a": ["multiple service packet", "other"],
  "0x06/0x4e": ["forward close", "other"],
  "0x06/0x52": ["unconnected send", "other"],
  "0x06/0x54": ["forward open", "other"],
  "0x06/0x5a": ["get connection owner", "read"],
  "0x06/0x5b": ["large forward open", "other"],
  "0x37/0x4b": ["initiate file upload", "read", "program_upload"],
  "0x37/0x4c": ["initiate file download", "write", "firmware_update"],
  "0x37/0x4f": ["upload file transfer", "read", "program_upload"],
  "0x37/0x50": ["download file transfer", "write", "firmware_update"],
  "0x67/0x4b": ["execute pccc", "other"],
  "0x6b/0x4c": ["read tag", "read"],
  "0x6b/0x4d": ["write tag", "write"],
  "0x6b/0x52": ["read tag fragmented", "read"],
  "0x6b/0x53": ["write tag fragmented", "write"],
  "0x6b/0x55": ["get instance attribute list", "read"],
  "0x68/0x08": ["create", "write", "program_download"],
  "0x68/0x09": ["delete", "write", "program_download"],
  "0x69/0x08": ["create", "write", "program_download"],
  "0x69/0x09": ["delete", "write", "program_download"],
  "0x6b/0x08": ["create", "write", "program_download"],
  "0x6b/0x09": ["delete", "write", "program_download"],
  "0x6c/0x08": ["create", "write", "program_download"],
  "0x68/0x50": ["download segment", "write", "program_download"],
  "0x6a/0x08": ["create", "write", "program_download"],
  "0x6a/0x4f": ["upload segment", "read", "program_upload"],
  "0x6a/0x50": ["download segment", "write", "program_download"],
  "0x72/0x4c": ["download block", "write", "program_download"],
  "0x8e/0x4b": ["lock or mode service", "control", "mode_change"],
  "0x8e/0x4c": ["unlock", "control", "mode_change"],
  "0xac/0x4b": ["lock or mode service", "control", "mode_change"],
  "0xa1/0x4d": ["write flash", "write", "firmware_update"],
  "0x8b/0x04": ["set attribute list", "write", "time_set"],
  "0x8b/0x10": ["set attribute single", "write", "time_set"],
  "0x43/0x04": ["set attribute list", "write", "time_set"],
  "0x43/0x10": ["set attribute single", "write", "time_set"],
  "0xf5/0x02": ["set attributes all", "write", "address_set"],
  "0xf5/0x04": ["set attribute list", "write", "address_set"],
  "0xf5/0x10": ["set attribute single", "write", "address_set"],
};

const resets: Readonly<Record<string, Name>> = { "0x05": ["reset", "control"] };

/** Of tags by name, and of classes that have no other meaning for them. */
const tags: Readonly<Record<string, Name>> = {
  "0x4c": ["read tag", "read"],
  "0x4d": ["write tag", "write"],
  "0x4e": ["read modify write tag", "write"],
  "0x52": ["read tag fragmented", "read"],
  "0x53": ["write tag fragmented", "write"],
};

const classes: Readonly<Record<string, string>> = {
  "0x01": "identity",
  "0x02": "message router",
  "0x04": "assembly",
  "0x06": "connection manager",
  "0x37": "file",
  "0x43": "time sync",
  "0x47": "device level ring",
  "0x48": "qos",
  "0x64": "program name",
  "0x66": "pccc",
  "0x67": "pccc",
  "0x68": "program",
  "0x69": "map",
  "0x6b": "symbol",
  "0x6c": "template",
  "0x8b": "wall clock time",
  "0x8e": "controller",
  "0xa1": "flash update",
  "0xac": "controller device",
  "0xf4": "port",
  "0xf5": "tcp/ip interface",
  "0xf6": "ethernet link",
};

/** Appendix B. */
const statuses: Readonly<Record<string, string>> = {
  "0x01": "connection failure",
  "0x02": "resource unavailable",
  "0x03": "invalid parameter value",
  "0x04": "path segment error",
  "0x05": "path destination unknown",
  "0x06": "partial transfer",
  "0x07": "connection lost",
  "0x08": "service not supported",
  "0x09": "invalid attribute value",
  "0x0a": "attribute list error",
  "0x0b": "already in requested mode",
  "0x0c": "object state conflict",
  "0x0d": "object already exists",
  "0x0e": "attribute not settable",
  "0x0f": "privilege violation",
  "0x10": "device state conflict",
  "0x11": "reply data too large",
  "0x13": "not enough data",
  "0x14": "attribute not supported",
  "0x15": "too much data",
  "0x16": "object does not exist",
  "0x1e": "embedded service error",
  "0x1f": "vendor specific error",
  "0x20": "invalid parameter",
  "0x26": "path size invalid",
  "0xff": "general error",
};

/** By command and function. */
const pccc: Readonly<Record<string, Name>> = {
  "0x01/0x00": ["pccc unprotected read", "read"],
  "0x08/0x00": ["pccc unprotected write", "write"],
  "0x06/0x00": ["pccc echo", "other"],
  "0x06/0x03": ["pccc diagnostic status", "read", "identify"],
  "0x0f/0x02": ["pccc bit write", "write"],
  "0x0f/0x07": ["pccc disable forces", "control"],
  "0x0f/0x08": ["pccc enable forces", "control"],
  "0x0f/0x11": ["pccc get edit resource", "control"],
  "0x0f/0x12": ["pccc return edit resource", "control"],
  "0x0f/0x26": ["pccc read modify write", "write"],
  "0x0f/0x3a": ["pccc set processor mode", "control", "mode_change"],
  "0x0f/0x50": ["pccc download all", "write", "program_download"],
  "0x0f/0x52": ["pccc download completed", "write", "program_download"],
  "0x0f/0x53": ["pccc upload all", "read", "program_upload"],
  "0x0f/0x55": ["pccc upload completed", "read", "program_upload"],
  "0x0f/0x57": ["pccc initialize memory", "control", "factory_reset"],
  "0x0f/0x67": ["pccc typed write", "write"],
  "0x0f/0x68": ["pccc typed read", "read"],
  "0x0f/0x80": ["pccc change mode", "control", "mode_change"],
  "0x0f/0x81": ["pccc open file", "other"],
  "0x0f/0x82": ["pccc close file", "other"],
  "0x0f/0xa1": ["pccc protected typed logical read", "read"],
  "0x0f/0xa2": ["pccc protected typed logical read", "read"],
  "0x0f/0xa3": ["pccc protected typed file read", "read"],
  "0x0f/0xa7": ["pccc protected typed file read", "read"],
  "0x0f/0xa9": ["pccc protected typed logical write", "write"],
  "0x0f/0xaa": ["pccc protected typed logical write", "write"],
  "0x0f/0xab": ["pccc protected typed logical write with mask", "write"],
  "0x0f/0xaf": ["pccc protected typed file write", "write"],
};

export const cip = defineProtocol({
  id: abi.OT_CIP,
  name: "cip",
  describe({ kind, functionCode, object, error }) {
    if (kind === abi.KIND_CIP_PCCC) {
      const key = `${hex(functionCode & 0xff, 2)}/${hex(functionCode >> 8, 2)}`;
      return {
        object: "",
        ...nameOf(pccc, key, `pccc ${key}`),
        error: error === 0 ? "" : `pccc status ${hex(error, 2)}`,
      };
    }
    // What it carries is told by itself.
    if (object === PCCC_CLASS && error === 0) return null;
    return {
      object: objectOf(object),
      ...serviceOf(object, functionCode),
      error: error === 0 ? "" : (statuses[hex(error, 2)] ?? `general status ${hex(error, 2)}`),
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
  return classes[hex(object, 2)] ?? `class ${hex(object, 2)}`;
}

function serviceOf(object: number, service: number) {
  const code = hex(service, 2);
  const own = `${hex(object, 2)}/${code}`;
  if (ofClass[own]) return nameOf(ofClass, own, "");
  const isTag = object === abi.CIP_TAG || object === abi.CIP_UNKNOWN;
  // Only the identity's reset restarts the device.
  if (service === RESET && object !== abi.CIP_UNKNOWN) return nameOf(resets, code, "");
  return nameOf(isTag && tags[code] ? tags : common, code, `service ${code}`);
}
