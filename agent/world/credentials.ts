import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { ExitCode, FieldwardenError } from "../core/errors.ts";

/** Paths of the PEM files of a mutual TLS identity; empty where there is none. */
export interface CredentialFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/**
 * Looks at the identity before anything is sent with it. Throws FieldwardenError where it can never
 * work (a file missing, no PEM, key of another certificate, a key that others may read). Returns what
 * may yet mend itself: a clock at 1970 makes a good certificate "not yet valid".
 */
export function checkCredentials(files: CredentialFiles, nowMs: number): string[] {
  const { caFile, certFile, keyFile } = files;
  if (caFile !== "") certificateIn(caFile, "mqtt_ca_file");
  if (certFile === "" && keyFile === "") return [];
  if (certFile === "" || keyFile === "") {
    throw new FieldwardenError(
      ExitCode.config,
      "mqtt_cert_file and mqtt_key_file go together: only one is set",
      "Set both, or neither.",
    );
  }
  const certificate = certificateIn(certFile, "mqtt_cert_file");
  checkKeyMode(keyFile);
  if (!certificate.checkPrivateKey(keyIn(keyFile))) {
    throw new FieldwardenError(
      ExitCode.config,
      `${keyFile} is not the key of the certificate ${certFile}`,
      "Put the pair that was issued together.",
    );
  }
  return validityProblemsOf(certificate, certFile, nowMs);
}

function validityProblemsOf(certificate: X509Certificate, certFile: string, nowMs: number) {
  const now = new Date(nowMs).toISOString();
  if (nowMs > Date.parse(certificate.validTo)) {
    return [
      `certificate ${certFile} expired on ${certificate.validTo} (the clock says ${now}): get a new one`,
    ];
  }
  if (nowMs < Date.parse(certificate.validFrom)) {
    return [
      `certificate ${certFile} is valid only from ${certificate.validFrom} (the clock says ${now}): set the clock`,
    ];
  }
  return [];
}

function checkKeyMode(keyFile: string): void {
  const mode = statSync(keyFile, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o007) === 0) return;
  throw new FieldwardenError(
    ExitCode.permission,
    `${keyFile} can be read by every user of this device (mode ${(mode & 0o777).toString(8)})`,
    `Run: chmod 600 ${keyFile}`,
  );
}

function certificateIn(file: string, option: string): X509Certificate {
  try {
    return new X509Certificate(readCredential(file, option));
  } catch (error) {
    if (error instanceof FieldwardenError) throw error;
    throw new FieldwardenError(
      ExitCode.config,
      `${option}: ${file} is not a PEM certificate`,
      'The file begins with "-----BEGIN CERTIFICATE-----".',
    );
  }
}

function keyIn(file: string) {
  try {
    return createPrivateKey(readCredential(file, "mqtt_key_file"));
  } catch (error) {
    if (error instanceof FieldwardenError) throw error;
    throw new FieldwardenError(
      ExitCode.config,
      `mqtt_key_file: ${file} is not a PEM private key without a pass phrase`,
      'The file begins with "-----BEGIN PRIVATE KEY-----" or "-----BEGIN EC PRIVATE KEY-----".',
    );
  }
}

/** A credential file's text. Throws FieldwardenError that names the option. */
function readCredential(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EACCES"
      ? new FieldwardenError(
          ExitCode.permission,
          `${option}: ${file} may not be read by this user`,
          "Give the file to the user that the agent runs as.",
        )
      : new FieldwardenError(
          ExitCode.config,
          `${option}: ${file} cannot be read (${code})`,
          "Check the path.",
        );
  }
}
