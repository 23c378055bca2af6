/**
 * What OPC UA applications say of each other before, and without, encryption: OPC 10000-6 (encoding,
 * clauses 5.2 and 7.1) and OPC 10000-4 (services). Only the first chunk of a message is read.
 */
import { certificateSubjectOf } from "./certificate.ts";
import {
  confidences,
  createFactSheet,
  type FactContext,
  type FactSheet,
  type FactSource,
  subjectOf,
} from "./fact-source.ts";
import { createUaReader, type UaReader } from "./opcua-reader.ts";
import { textOf } from "./text.ts";

/** Numeric ids of the binary encodings (OPC 10000-6, annex A). */
const FIND_SERVERS_RESPONSE = 425;
const GET_ENDPOINTS_RESPONSE = 431;
const CREATE_SESSION_REQUEST = 461;
const CREATE_SESSION_RESPONSE = 464;
const ACTIVATE_SESSION_REQUEST = 467;
const READ_RESPONSE = 634;
const ANONYMOUS_TOKEN = 321;
const USER_NAME_TOKEN = 324;
const BUILD_INFO = 340;
const SERVER_STATUS = 864;

const POLICY_NONE = "http://opcfoundation.org/UA/SecurityPolicy#None";
const EXTENSION_OBJECT = 22;
const SECURITY_HEADER_BYTES = 16;
const LANGUAGES_MAX = 16;

export const opcua: FactSource = {
  name: "opc ua",
  parse(bytes, context) {
    const sheet = createFactSheet(opcua.name, context.atMs);
    const reader = createUaReader(bytes, 8);
    const type = textOf(bytes.subarray(0, 3));
    if (type === "HEL") hello(reader, context, sheet);
    if (type === "OPN") openChannel(reader, context, sheet);
    if (type === "MSG") {
      reader.skip(SECURITY_HEADER_BYTES);
      service(reader, context, sheet);
    }
    return sheet.facts;
  },
};

function hello(reader: UaReader, { destination }: FactContext, sheet: FactSheet): void {
  reader.skip(20);
  const host = /^opc\.tcp:\/\/([^:/]+)/.exec(reader.string())?.[1] ?? "";
  if (/^[\d.]+$|^\[|^localhost$/.test(host)) return;
  sheet.add(subjectOf(destination), "name", host, confidences.hint);
}

/** The client opens; what is opened without a policy is neither signed nor encrypted. */
function openChannel(reader: UaReader, context: FactContext, sheet: FactSheet): void {
  const { source, destination } = context;
  reader.skip(4);
  const policy = reader.string();
  const { commonName, organization } = certificateSubjectOf(reader.byteString());
  sheet.add(subjectOf(source), "name", commonName, confidences.banner);
  sheet.add(subjectOf(source), "vendor", organization, confidences.hint);
  // Thumbprint, sequence number, request id.
  reader.byteString();
  reader.skip(8);
  const isRequest = policy === POLICY_NONE && reader.nodeId() === 446;
  if (isRequest) sheet.weakness(destination, "no_encryption", source);
}

function service(reader: UaReader, context: FactContext, sheet: FactSheet): void {
  const { source, destination } = context;
  switch (reader.nodeId()) {
    case FIND_SERVERS_RESPONSE:
    case GET_ENDPOINTS_RESPONSE:
      reader.responseHeader();
      endpoints(reader, context, sheet);
      return;
    case CREATE_SESSION_REQUEST:
      reader.requestHeader();
      application(reader, context, sheet);
      return;
    case CREATE_SESSION_RESPONSE:
      reader.responseHeader();
      reader.nodeId();
      reader.nodeId();
      reader.skip(8);
      reader.byteString();
      reader.byteString();
      endpoints(reader, context, sheet);
      return;
    case ACTIVATE_SESSION_REQUEST: {
      reader.requestHeader();
      const token = userTokenOf(reader);
      if (token) sheet.weakness(destination, token, source);
      return;
    }
    case READ_RESPONSE:
      reader.responseHeader();
      buildInfo(reader, context, sheet);
  }
}

/** An array of endpoints, of which the first says whose they are; or one of applications (FindServers). */
function endpoints(reader: UaReader, context: FactContext, sheet: FactSheet): void {
  if (reader.i32() < 1) return;
  const start = reader.at;
  const first = reader.string();
  // An endpoint begins with its URL, an application with its URI.
  if (!/^opc\.|^https?:\/\/[^/]+:\d+/.test(first)) reader.seek(start);
  application(reader, context, sheet);
}

/** ApplicationDescription: OPC 10000-4, clause 7.2. */
function application(reader: UaReader, { source }: FactContext, sheet: FactSheet): void {
  const subject = subjectOf(source);
  const applicationUri = reader.string();
  const productUri = reader.string();
  const name = reader.localizedText();
  const type = reader.u32();
  if (!reader.ok) return;
  const description = [name, applicationUri].filter((text) => text !== "").join(", ");
  sheet.add(subject, "description", description, confidences.discovery);
  sheet.add(subject, "name", name, confidences.banner);
  sheet.add(subject, "product", productUri, confidences.banner);
  sheet.add(subject, "role", ["OPC UA server", "OPC UA client"][type] ?? "", confidences.hint);
}

/** Of a name and password token, the algorithm is null where nothing encrypts the password. */
function userTokenOf(reader: UaReader): "anonymous_session" | "clear_text_password" | undefined {
  reader.string();
  reader.byteString();
  // Certificates of the client's software are reserved and always empty; then languages.
  const certificates = reader.i32();
  if (certificates > 0) return undefined;
  const languages = Math.min(Math.max(reader.i32(), 0), LANGUAGES_MAX);
  for (let i = 0; i < languages; i++) reader.string();
  const kind = reader.nodeId();
  reader.skip(5);
  if (!reader.ok) return undefined;
  if (kind === ANONYMOUS_TOKEN) return "anonymous_session";
  if (kind !== USER_NAME_TOKEN) return undefined;
  reader.string();
  reader.string();
  const password = reader.byteString();
  const algorithm = reader.string();
  return reader.ok && password.length > 0 && algorithm === "" ? "clear_text_password" : undefined;
}

/** A first value of the type BuildInfo, alone or in ServerStatus: OPC 10000-5, clauses 12.4 and 12.10. */
function buildInfo(reader: UaReader, { source }: FactContext, sheet: FactSheet): void {
  const count = reader.i32();
  const mask = reader.u8();
  const isObject = count > 0 && (mask & 0x01) !== 0 && reader.u8() === EXTENSION_OBJECT;
  const kind = isObject ? reader.nodeId() : undefined;
  if (kind !== BUILD_INFO && kind !== SERVER_STATUS) return;
  reader.skip(5);
  // Start, now, state.
  if (kind === SERVER_STATUS) reader.skip(20);
  const [, vendor, product, version, build] = [0, 1, 2, 3, 4].map(() => reader.string());
  if (!reader.ok) return;
  const subject = subjectOf(source);
  sheet.add(subject, "vendor", vendor!, confidences.identity);
  sheet.add(subject, "product", product!, confidences.identity);
  const firmware = build === "" || build === version ? version! : `${version} (${build})`;
  sheet.add(subject, "firmware", firmware, confidences.identity);
}
