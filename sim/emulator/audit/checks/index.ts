/** Every check that can be judged here: one line each. */
import type { AuditCheck } from "../check.ts";
import { deviceCertificateAge } from "./certificate-age.ts";
import { caCertificateExpiring, deviceCertificateExpiring } from "./expiring.ts";
import { caCertificateKeyQuality, deviceCertificateKeyQuality } from "./key-quality.ts";
import { loggingDisabled } from "./logging.ts";
import { policyOverlyPermissive, policyPotentialMisconfiguration } from "./policies.ts";

export const auditChecks: readonly AuditCheck[] = [
  caCertificateExpiring,
  caCertificateKeyQuality,
  deviceCertificateAge,
  deviceCertificateExpiring,
  deviceCertificateKeyQuality,
  loggingDisabled,
  policyOverlyPermissive,
  policyPotentialMisconfiguration,
];
