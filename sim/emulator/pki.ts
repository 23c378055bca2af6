/**
 * The certificates of the local service: one authority, the server's certificate, and one per thing,
 * all EC P-256. Values are PEM text; `pki-files.ts` keeps them on disk.
 */
import "./reflect-metadata.ts";
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type { JsonGeneralNames } from "@peculiar/x509";
import * as x509 from "@peculiar/x509";

export interface Identity {
  certificatePem: string;
  keyPem: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 825;
const AUTHORITY_NAME = "CN=Fieldwarden local CA";
const EC_P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const { KeyUsageFlags: usage, ExtendedKeyUsage: purpose } = x509;

/** A new P-256 private key as PKCS #8 PEM. */
export async function createKeyPem(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(EC_P256, true, ["sign", "verify"]);
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", privateKey);
  return x509.PemConverter.encode(pkcs8, "PRIVATE KEY");
}

/** The authority's own certificate for its key. Throws on a key that is not EC P-256. */
export async function authorityCertificateOf(keyPem: string, wallMs: number): Promise<string> {
  const keys = await keysOf(keyPem);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: createSerial(),
    name: AUTHORITY_NAME,
    ...validity(wallMs, AUTHORITY_DAYS),
    signingAlgorithm: SIGNATURE,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(usage.keyCertSign | usage.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemFile(certificate);
}

/** The server's certificate: for localhost, both loopback addresses and `host`. */
export async function issueServer(
  authority: Identity,
  host: string,
  wallMs: number,
): Promise<Identity> {
  const names: JsonGeneralNames = [
    { type: "dns", value: "localhost" },
    { type: "ip", value: "127.0.0.1" },
    { type: "ip", value: "::1" },
  ];
  if (!names.some((name) => name.value === host)) {
    names.push({ type: isIP(host) === 0 ? "dns" : "ip", value: host });
  }
  return issue(authority, wallMs, {
    subject: "Fieldwarden local IoT",
    extensions: [
      new x509.ExtendedKeyUsageExtension([purpose.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
}

/** A thing's certificate: the subject's common name is the thing's name. */
export async function issueDevice(
  authority: Identity,
  thing: string,
  wallMs: number,
): Promise<Identity> {
  return issue(authority, wallMs, deviceLeaf(thing));
}

/** A device's certificate for a key that somebody else made. @param spki DER, RSA or EC */
export async function issueForKey(
  authority: Identity,
  spki: Uint8Array,
  commonName: string,
  wallMs: number,
): Promise<string> {
  const publicKey = new x509.PublicKey(spki);
  return issueTo(await publicKey.export(), authority, wallMs, deviceLeaf(commonName));
}

/** The same from a PKCS #10 request. Throws on one that cannot be read or is not signed by its key. */
export async function issueForRequest(
  authority: Identity,
  pem: string,
  wallMs: number,
): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(pem);
  if (!(await request.verify())) throw new Error("the request is not signed by its own key");
  const commonName = request.subjectName.getField("CN")[0] ?? "AWS IoT Certificate";
  return issueTo(await request.publicKey.export(), authority, wallMs, deviceLeaf(commonName));
}

const deviceLeaf = (subject: string): Leaf => ({
  subject,
  extensions: [new x509.ExtendedKeyUsageExtension([purpose.clientAuth])],
});

interface Leaf {
  subject: string;
  extensions: x509.Extension[];
}

async function issue(authority: Identity, wallMs: number, leaf: Leaf): Promise<Identity> {
  const keyPem = await createKeyPem();
  const { publicKey } = await keysOf(keyPem);
  return { certificatePem: await issueTo(publicKey, authority, wallMs, leaf), keyPem };
}

async function issueTo(
  publicKey: webcrypto.CryptoKey,
  authority: Identity,
  wallMs: number,
  leaf: Leaf,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: createSerial(),
    subject: [{ CN: [leaf.subject] }],
    issuer: issuer.subjectName,
    ...validity(wallMs, LEAF_DAYS),
    signingAlgorithm: SIGNATURE,
    publicKey,
    signingKey: (await keysOf(authority.keyPem)).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usage.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...leaf.extensions,
    ],
  });
  return pemFile(certificate);
}

/** A day's grace at the start, for devices whose clock runs late. */
function validity(wallMs: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(wallMs - DAY_MS), notAfter: new Date(wallMs + days * DAY_MS) };
}

/** RFC 5280 §4.1.2.2: positive, and unique for the authority. */
function createSerial(): string {
  return `4${randomBytes(16).toString("hex").slice(1)}`;
}

async function keysOf(keyPem: string): Promise<CryptoKeyPair> {
  const key = createPrivateKey(keyPem);
  const { subtle } = webcrypto;
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return {
    privateKey: await subtle.importKey("pkcs8", pkcs8, EC_P256, true, ["sign"]),
    publicKey: await subtle.importKey("spki", spki, EC_P256, true, ["verify"]),
  };
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

function pemFile(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
