/** Authorities whose device certificates the account takes. */
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, pageMarked, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";
import { certificateIdOf, readCertificate } from "./certificates.ts";

interface CaRow {
  certificateId: string;
  certificateArn: string;
  status: "ACTIVE" | "INACTIVE";
  certificatePem: string;
  autoRegistrationStatus: "ENABLE" | "DISABLE";
  certificateMode: "DEFAULT" | "SNI_ONLY";
  registrationConfig?: object;
  creationDate: number;
  lastModifiedDate: number;
  customerVersion: number;
  generationId: string;
  validity?: { notBefore: number; notAfter: number };
}

interface Members {
  caCertificate: string;
  setAsActive?: boolean;
  allowAutoRegistration?: boolean;
  registrationConfig?: object;
  certificateMode?: "DEFAULT" | "SNI_ONLY";
  tags?: Tag[];
}

interface Update {
  certificateId: string;
  newStatus?: CaRow["status"];
  newAutoRegistrationStatus?: CaRow["autoRegistrationStatus"];
  registrationConfig?: object;
  removeAutoRegistration?: boolean;
}

export const authoritiesOf = ({ registry }: ApiContext) => registry.table<CaRow>("caCertificates");
const authorityOf = (id: string, context: ApiContext) =>
  required(authoritiesOf(context), "CA certificate", id);

function freshAuthority(id: string, context: ApiContext): CaRow {
  const now = context.nowS();
  return {
    certificateId: id,
    certificateArn: context.arnOf("cacert", id),
    status: "INACTIVE",
    certificatePem: "",
    autoRegistrationStatus: "DISABLE",
    certificateMode: "DEFAULT",
    creationDate: now,
    lastModifiedDate: now,
    customerVersion: 1,
    generationId: context.newUuid(),
  };
}

export const caCertificates = defineFamily({
  handlers: {
    RegisterCACertificate(input: Members, context) {
      const certificate = readCertificate(input.caCertificate);
      if (!certificate.ca)
        throw new ServiceError(
          "CertificateValidationException",
          "The certificate is no authority's",
        );
      const id = certificateIdOf(certificate);
      const known = authoritiesOf(context).get(id);
      if (known !== undefined) throw alreadyExists("CA certificate", id, known.certificateArn);
      const row: CaRow = {
        ...freshAuthority(id, context),
        certificatePem: input.caCertificate,
        status: input.setAsActive === true ? "ACTIVE" : "INACTIVE",
        autoRegistrationStatus: input.allowAutoRegistration === true ? "ENABLE" : "DISABLE",
        certificateMode: input.certificateMode ?? "DEFAULT",
        ...(input.registrationConfig !== undefined && {
          registrationConfig: input.registrationConfig,
        }),
        validity: {
          notBefore: Date.parse(certificate.validFrom) / 1000,
          notAfter: Date.parse(certificate.validTo) / 1000,
        },
      };
      authoritiesOf(context).put(id, row);
      keepTags(row.certificateArn, input.tags ?? [], context);
      return row;
    },
    DescribeCACertificate({ certificateId }: { certificateId: string }, context) {
      const row = authorityOf(certificateId, context);
      const { registrationConfig = {} } = row;
      return { certificateDescription: { ...row, ownedBy: context.accountId }, registrationConfig };
    },
    UpdateCACertificate(input: Update, context) {
      const row = authorityOf(input.certificateId, context);
      const next: CaRow = {
        ...row,
        lastModifiedDate: context.nowS(),
        customerVersion: row.customerVersion + 1,
      };
      if (input.newStatus !== undefined) next.status = input.newStatus;
      if (input.newAutoRegistrationStatus !== undefined)
        next.autoRegistrationStatus = input.newAutoRegistrationStatus;
      if (input.registrationConfig !== undefined)
        next.registrationConfig = input.registrationConfig;
      if (input.removeAutoRegistration === true) delete next.registrationConfig;
      authoritiesOf(context).put(input.certificateId, next);
      return {};
    },
    DeleteCACertificate({ certificateId }: { certificateId: string }, context) {
      const { status } = authorityOf(certificateId, context);
      if (status === "ACTIVE")
        throw new ServiceError(
          "CertificateStateException",
          `CA certificate ${certificateId} must be deactivated before deletion.`,
        );
      authoritiesOf(context).delete(certificateId);
      return {};
    },
    ListCACertificates(
      input: { pageSize?: number; marker?: string; templateName?: string },
      context,
    ) {
      if (input.templateName === "") throw invalid("templateName is empty");
      const { page, next } = pageMarked(authoritiesOf(context).rows(), input);
      return { certificates: page, ...next };
    },
  },
  imports: {
    DescribeCACertificate: (_input: object, output: { certificateDescription: CaRow }, context) =>
      keepAuthority(output.certificateDescription, context),
    ListCACertificates(_input: object, output: { certificates: CaRow[] }, context) {
      for (const row of output.certificates) keepAuthority(row, context);
    },
  },
});

export function keepAuthority(
  given: Partial<CaRow> & { certificateId: string },
  context: ApiContext,
): void {
  const known =
    authoritiesOf(context).get(given.certificateId) ?? freshAuthority(given.certificateId, context);
  authoritiesOf(context).put(given.certificateId, { ...known, ...given });
}
