/** Certificates that expire within 30 days, or have. */
import type { ApiContext } from "../../api/operation.ts";
import { authoritiesOf } from "../../api/operations/ca-certificates.ts";
import { certificatesOf } from "../../api/operations/certificates.ts";
import { defineCheck, type Found, type Judgement } from "../check.ts";

const SOON_S = 30 * 86_400;

interface Dated {
  certificateId: string;
  status: string;
  validity?: { notAfter: number };
}

/** What is in use, or about to be. */
export const isInUse = ({ status }: { status: string }) =>
  status === "ACTIVE" || status === "PENDING_TRANSFER";

function judge(
  rows: readonly Dated[],
  context: ApiContext,
  resourceOf: (id: string) => Pick<Found, "resourceType" | "resourceIdentifier">,
): Judgement {
  const used = rows.filter(isInUse);
  const now = context.nowS();
  const found = used.flatMap(({ certificateId, validity }): Found[] => {
    if (validity === undefined || validity.notAfter > now + SOON_S) return [];
    const isOver = validity.notAfter <= now;
    return [
      {
        ...resourceOf(certificateId),
        additionalInfo: { EXPIRATION_TIME: String(Math.round(validity.notAfter * 1000)) },
        reason: isOver
          ? "Certificate is past its expiration."
          : "Certificate is approaching its expiration.",
        reasonCode: isOver ? "CERTIFICATE_PAST_EXPIRATION" : "CERTIFICATE_APPROACHING_EXPIRATION",
      },
    ];
  });
  return { total: used.length, found };
}

export const deviceCertificateOf = (id: string) => ({
  resourceType: "DEVICE_CERTIFICATE",
  resourceIdentifier: { deviceCertificateId: id },
});

export const caCertificateOf = (id: string) => ({
  resourceType: "CA_CERTIFICATE",
  resourceIdentifier: { caCertificateId: id },
});

export const deviceCertificateExpiring = defineCheck({
  name: "DEVICE_CERTIFICATE_EXPIRING_CHECK",
  severity: "MEDIUM",
  judge: (context) => judge(certificatesOf(context).rows(), context, deviceCertificateOf),
});

export const caCertificateExpiring = defineCheck({
  name: "CA_CERTIFICATE_EXPIRING_CHECK",
  severity: "MEDIUM",
  judge: (context) => judge(authoritiesOf(context).rows(), context, caCertificateOf),
});
