/**
 * The service's folder. Names with a dot cannot be a thing's, so no thing can be called like one of
 * them:
 *
 *   ca.pem                           what clients trust
 *   service.ca.key.pem               the authority's key
 *   service.server.{crt,key}.pem     the server's identity
 *   NAME.{crt,key}.pem               one per thing
 */
import { X509Certificate } from "node:crypto";
import { unlink } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Clock } from "../../agent/core/clock.ts";
import { ExitCode, FieldwardenError } from "../../agent/core/errors.ts";
import { createFile, makeFolder, readIfThere, readOrCreate, replaceFile } from "./files.ts";
import {
  authorityCertificateOf,
  createKeyPem,
  type Identity,
  issueDevice,
  issueServer,
} from "./pki.ts";

/** AWS IoT CreateThing: thingName, length 1 to 128. */
const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const RENEW_BEFORE_MS = 86_400_000;

export interface DeviceFiles {
  certificate: string;
  key: string;
  ca: string;
}

export const caPathOf = (dir: string): string => join(dir, "ca.pem");

/**
 * The folder's authority, made on first use. Two programs may start on one folder at the same time:
 * whoever writes the key first has made it, and both then use that one.
 * Throws FieldwardenError (permission, io, bad data).
 */
export async function openAuthority(dir: string, clock: Clock): Promise<Identity> {
  const keyPath = join(dir, "service.ca.key.pem");
  await makeFolder(dir);
  const keyPem = await readOrCreate(keyPath, 0o600, createKeyPem);
  const certificatePem = await readOrCreate(caPathOf(dir), 0o644, () =>
    parsed(keyPath, () => authorityCertificateOf(keyPem, clock.wallMs())),
  );
  return { certificatePem, keyPem };
}

/**
 * The server's identity for `host`, made anew when there is none, when it runs out within a day, when
 * it is another authority's or not for this host. Throws FieldwardenError.
 */
export async function openServer(
  dir: string,
  authority: Identity,
  host: string,
  clock: Clock,
): Promise<Identity> {
  const keyPath = join(dir, "service.server.key.pem");
  const certificatePath = join(dir, "service.server.crt.pem");
  const [oldKey, oldCertificate] = [await readIfThere(keyPath), await readIfThere(certificatePath)];
  if (oldKey !== null && oldCertificate !== null) {
    const old = { certificatePem: oldCertificate, keyPem: oldKey };
    if (serves(old, authority, host, clock.wallMs())) return old;
  }
  const server = await parsed(caPathOf(dir), () => issueServer(authority, host, clock.wallMs()));
  await replaceFile(keyPath, server.keyPem, 0o600);
  await replaceFile(certificatePath, server.certificatePem, 0o644);
  return server;
}

/** Writes the identity of a new thing. Throws FieldwardenError, also when the thing is already there. */
export async function writeDevice(dir: string, thing: string, clock: Clock): Promise<DeviceFiles> {
  if (!THING_NAME.test(thing)) {
    throw new FieldwardenError(
      ExitCode.usage,
      `"${thing}" is not a thing's name`,
      "AWS IoT takes 1 to 128 of the characters a-z A-Z 0-9 : _ -",
    );
  }
  const authority = await openAuthority(dir, clock);
  const device = await parsed(caPathOf(dir), () => issueDevice(authority, thing, clock.wallMs()));
  const files = {
    certificate: join(dir, `${thing}.crt.pem`),
    key: join(dir, `${thing}.key.pem`),
    ca: caPathOf(dir),
  };
  await createFile(files.key, device.keyPem, 0o600);
  try {
    await createFile(files.certificate, device.certificatePem, 0o644);
  } catch (error) {
    await unlink(files.key);
    throw error;
  }
  return files;
}

function serves(server: Identity, authority: Identity, host: string, wallMs: number): boolean {
  try {
    const certificate = new X509Certificate(server.certificatePem);
    const issuer = new X509Certificate(authority.certificatePem);
    const forHost = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
    return (
      forHost !== undefined &&
      certificate.verify(issuer.publicKey) &&
      Date.parse(certificate.validTo) - wallMs > RENEW_BEFORE_MS
    );
  } catch {
    return false; // Not a certificate any more: the caller makes a new one.
  }
}

/** What comes from a file may be anything: not a bug of ours when it does not parse. */
async function parsed<T>(path: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw new FieldwardenError(
      ExitCode.badData,
      `${path}: not a key or certificate of ours (${messageOf(error)})`,
      "use an empty folder, or remove ca.pem and service.*.pem and make the things anew",
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
