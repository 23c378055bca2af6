/** The subject of an X.509 certificate (RFC 5280, section 4.1), also of one whose end was not captured. */
import { readElement } from "./ber.ts";
import { createReader, type Reader } from "./reader.ts";
import { hexOf, textOf } from "./text.ts";

export interface CertificateSubject {
  commonName: string;
  organization: string;
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const ATTRIBUTES_MAX = 16;
const COMMON_NAME = "550403";
const ORGANIZATION = "55040a";

export function certificateSubjectOf(der: Uint8Array): CertificateSubject {
  const certificate = readElement(createReader(der));
  const signed = certificate?.tag === SEQUENCE ? readElement(certificate.body) : undefined;
  const subject = { commonName: "", organization: "" };
  if (signed?.tag !== SEQUENCE) return subject;
  let element = readElement(signed.body);
  if (element?.tag === VERSION) element = readElement(signed.body);
  // Serial number (just read), signature algorithm, issuer, validity; then the subject.
  for (let i = 0; i < 4; i++) element = readElement(signed.body);
  if (element?.tag !== SEQUENCE) return subject;
  for (const [type, value] of attributesOf(element.body)) {
    if (type === COMMON_NAME) subject.commonName = value;
    if (type === ORGANIZATION) subject.organization = value;
  }
  return subject;
}

function attributesOf(name: Reader): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i < ATTRIBUTES_MAX && name.left > 0; i++) {
    const set = readElement(name);
    const attribute = set && readElement(set.body);
    const type = attribute && readElement(attribute.body);
    const value = attribute && readElement(attribute.body);
    if (!type || !value) break;
    found.push([hexOf(type.bytes), textOf(value.bytes)]);
  }
  return found;
}
