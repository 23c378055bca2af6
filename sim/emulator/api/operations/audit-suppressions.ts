/** Audit suppressions: findings of a check on one resource that nobody wants to hear of. */
import { invalid, notFound, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";
import { requireChecks } from "./audit-configuration.ts";

export interface SuppressionRow {
  checkName: string;
  resourceIdentifier: Record<string, unknown>;
  expirationDate?: number;
  suppressIndefinitely?: boolean;
  description?: string;
}

export const suppressionsOf = ({ registry }: ApiContext) =>
  registry.table<SuppressionRow>("auditSuppressions");

export const suppressionKey = ({ checkName, resourceIdentifier }: SuppressionRow) =>
  `${checkName} ${canonical(resourceIdentifier)}`;

/** The same resource is the same text, in whatever order its members came. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function requireEnd({ expirationDate, suppressIndefinitely }: SuppressionRow, nowS: number): void {
  if (suppressIndefinitely === true && expirationDate !== undefined) {
    throw invalid("Give either expirationDate or suppressIndefinitely");
  }
  if (suppressIndefinitely !== true && expirationDate === undefined) {
    throw invalid("expirationDate is required unless suppressIndefinitely is true");
  }
  if (expirationDate !== undefined && expirationDate <= nowS)
    throw invalid("expirationDate is in the past");
}

function suppressionOf(input: SuppressionRow, context: ApiContext): SuppressionRow {
  const row = suppressionsOf(context).get(suppressionKey(input));
  if (row === undefined) throw notFound("Audit suppression", suppressionKey(input));
  return row;
}

export const auditSuppressions = defineFamily({
  handlers: {
    CreateAuditSuppression(
      { clientRequestToken: _, ...input }: SuppressionRow & { clientRequestToken: string },
      context,
    ) {
      requireChecks([input.checkName]);
      requireEnd(input, context.nowS());
      const key = suppressionKey(input);
      if (suppressionsOf(context).get(key) !== undefined) {
        throw new ServiceError(
          "ResourceAlreadyExistsException",
          `There is a suppression of ${input.checkName} for this resource already.`,
        );
      }
      suppressionsOf(context).put(key, input);
      return {};
    },
    DescribeAuditSuppression: suppressionOf,
    UpdateAuditSuppression(input: SuppressionRow, context) {
      const known = suppressionOf(input, context);
      const next = { ...known, ...input };
      if (input.suppressIndefinitely === true) delete next.expirationDate;
      requireEnd(next, context.nowS());
      suppressionsOf(context).put(suppressionKey(input), next);
      return {};
    },
    DeleteAuditSuppression(input: SuppressionRow, context) {
      suppressionsOf(context).delete(suppressionKey(input));
      return {};
    },
    ListAuditSuppressions(
      input: Paged & Partial<SuppressionRow> & { ascendingOrder?: boolean },
      context,
    ) {
      const { checkName, resourceIdentifier } = input;
      const rows = suppressionsOf(context)
        .rows()
        .filter((row) => checkName === undefined || row.checkName === checkName)
        .filter(
          (row) =>
            resourceIdentifier === undefined ||
            canonical(row.resourceIdentifier) === canonical(resourceIdentifier),
        )
        .sort((a, b) => (a.expirationDate ?? 0) - (b.expirationDate ?? 0));
      const { page, next } = pageOf(input.ascendingOrder === true ? rows : rows.reverse(), input);
      return { suppressions: page, ...next };
    },
  },
  imports: {
    DescribeAuditSuppression: (_input: object, output: SuppressionRow, context) =>
      suppressionsOf(context).put(suppressionKey(output), output),
    ListAuditSuppressions(
      _input: object,
      { suppressions }: { suppressions: SuppressionRow[] },
      context,
    ) {
      for (const row of suppressions) suppressionsOf(context).put(suppressionKey(row), row);
    },
  },
});
