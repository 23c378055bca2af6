/**
 * RSA keys made by the library of CVE-2017-15361 (ROCA): their modulus is a power of 65537 modulo each
 * small prime (Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, section 4). Debian's weak keys
 * (CVE-2008-0166) would need a list of 2^15 fingerprints a key size, which is not here.
 */
import { X509Certificate } from "node:crypto";
import { authoritiesOf } from "../../api/operations/ca-certificates.ts";
import { certificatesOf } from "../../api/operations/certificates.ts";
import { defineCheck, type Found, type Judgement } from "../check.ts";
import { caCertificateOf, deviceCertificateOf, isInUse } from "./expiring.ts";

// biome-ignore format: primes in a row
const PRIMES = [
  11n, 13n, 17n, 19n, 37n, 53n, 61n, 71n, 73n, 79n, 97n, 103n, 107n, 109n, 127n, 151n, 157n,
];

/** Residues that powers of 65537 have, by prime. */
const residues = new Map(PRIMES.map((prime) => [prime, powersOf(65_537n % prime, prime)]));

function powersOf(generator: bigint, prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>();
  for (let power = 1n; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}

/** By chance a sound key looks like this once in 2^27. */
export function isRoca(modulus: bigint): boolean {
  return [...residues].every(([prime, powers]) => powers.has(modulus % prime));
}

function modulusOf(pem: string): bigint | null {
  try {
    const { n, kty } = new X509Certificate(pem).publicKey.export({ format: "jwk" });
    return kty === "RSA" && n !== undefined
      ? BigInt(`0x${Buffer.from(n, "base64url").toString("hex")}`)
      : null;
  } catch {
    return null;
  }
}

interface Held {
  certificateId: string;
  certificatePem: string;
  status: string;
}

function judge(
  rows: readonly Held[],
  resourceOf: (id: string) => Pick<Found, "resourceType" | "resourceIdentifier">,
): Judgement {
  const used = rows.filter(isInUse);
  const weak = used.filter(({ certificatePem }) => {
    const modulus = modulusOf(certificatePem);
    return modulus !== null && isRoca(modulus);
  });
  return {
    total: used.length,
    found: weak.map(({ certificateId }) => ({
      ...resourceOf(certificateId),
      reason: "The key is vulnerable to CVE-2017-15361.",
      reasonCode: "CERTIFICATE_KEY_VULNERABILITY_CVE-2017-15361",
    })),
  };
}

export const deviceCertificateKeyQuality = defineCheck({
  name: "DEVICE_CERTIFICATE_KEY_QUALITY_CHECK",
  severity: "CRITICAL",
  judge: (context) => judge(certificatesOf(context).rows(), deviceCertificateOf),
});

export const caCertificateKeyQuality = defineCheck({
  name: "CA_CERTIFICATE_KEY_QUALITY_CHECK",
  severity: "CRITICAL",
  judge: (context) => judge(authoritiesOf(context).rows(), caCertificateOf),
});
