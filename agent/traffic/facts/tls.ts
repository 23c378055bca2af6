/** The plain part of a TLS handshake: RFC 8446, section 4; RFC 5246, section 7.4.2; RFC 6066, section 3. */
import { certificateSubjectOf } from "./certificate.ts";
import { confidences, createFactSheet, type FactSource, subjectOf } from "./fact-source.ts";
import { createReader, type Reader } from "./reader.ts";

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const SERVER_NAME = 0;
const RECORDS_MAX = 8;
const MESSAGES_MAX = 8;
const EXTENSIONS_MAX = 64;

export const tls: FactSource = {
  name: "tls handshake",
  parse(bytes, { source, destination, atMs }) {
    const sheet = createFactSheet(tls.name, atMs);
    const reader = createReader(handshakeOf(bytes));
    for (let i = 0; i < MESSAGES_MAX && reader.left >= 4; i++) {
      const type = reader.u8();
      const body = createReader(reader.takeUpTo(reader.u8() * 0x10000 + reader.u16()));
      if (type === CLIENT_HELLO) {
        sheet.add(subjectOf(destination), "name", serverNameOf(body), confidences.hint);
      }
      if (type === CERTIFICATE) {
        body.skip(3);
        const { commonName, organization } = certificateSubjectOf(
          body.takeUpTo(body.u8() * 0x10000 + body.u16()),
        );
        sheet.add(subjectOf(source), "name", commonName, confidences.banner);
        sheet.add(subjectOf(source), "vendor", organization, confidences.hint);
      }
    }
    return sheet.facts;
  },
};

/** A handshake message may be spread over records, and a record may hold several. */
function handshakeOf(bytes: Uint8Array): Uint8Array {
  const reader = createReader(bytes);
  const parts: number[] = [];
  for (let i = 0; i < RECORDS_MAX && reader.left >= 5; i++) {
    if (reader.u8() !== HANDSHAKE || reader.u8() !== 3) break;
    reader.skip(1);
    parts.push(...reader.takeUpTo(reader.u16()));
  }
  return Uint8Array.from(parts);
}

function serverNameOf(hello: Reader): string {
  // Version, random; session id; cipher suites; compression methods; length of the extensions.
  hello.skip(34);
  hello.skip(hello.u8());
  hello.skip(hello.u16());
  hello.skip(hello.u8());
  hello.skip(2);
  for (let i = 0; i < EXTENSIONS_MAX && hello.left >= 4; i++) {
    const type = hello.u16();
    const extension = createReader(hello.takeUpTo(hello.u16()));
    if (type !== SERVER_NAME) continue;
    extension.skip(3);
    return extension.text(extension.u16());
  }
  return "";
}
