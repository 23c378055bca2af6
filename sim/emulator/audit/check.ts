/** The shape of an audit check: what it looks at in the account, and what it finds wrong. */
import type { ApiContext } from "../api/operation.ts";

export interface Found {
  resourceType: string;
  /** One member of the API's ResourceIdentifier. */
  resourceIdentifier: object;
  additionalInfo?: Readonly<Record<string, string>>;
  relatedResources?: readonly object[];
  /** A sentence for a person, and the API's word for it. */
  reason: string;
  reasonCode: string;
}

export interface Judgement {
  /** Resources that were looked at. */
  total: number;
  found: readonly Found[];
}

export interface AuditCheck {
  name: string;
  severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW";
  judge(context: ApiContext): Judgement;
}

export const defineCheck = (check: AuditCheck): AuditCheck => check;
