/** Device certificates that have been in use for a year. */
import { certificatesOf } from "../../api/operations/certificates.ts";
import { defineCheck } from "../check.ts";
import { deviceCertificateOf, isInUse } from "./expiring.ts";

const AGE_S_MAX = 365 * 86_400;

export const deviceCertificateAge = defineCheck({
  name: "DEVICE_CERTIFICATE_AGE_CHECK",
  severity: "LOW",
  judge(context) {
    const used = certificatesOf(context).rows().filter(isInUse);
    const since = context.nowS() - AGE_S_MAX;
    const old = used.filter(
      ({ validity, creationDate }) => (validity?.notBefore ?? creationDate) <= since,
    );
    return {
      total: used.length,
      found: old.map(({ certificateId }) => ({
        ...deviceCertificateOf(certificateId),
        reason: "Certificate is past its age threshold.",
        reasonCode: "CERTIFICATE_PAST_AGE_THRESHOLD",
      })),
    };
  },
});
