/** Device certificates: made by the account's authority, registered, activated, revoked. */
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageMarked, required } from "../operation.ts";
import { thingsOf } from "./things.ts";

export interface CertificateRow {
  certificateId: string;
  certificateArn: string;
  status: "ACTIVE" | "INACTIVE" | "REVOKED" | "PENDING_TRANSFER" | "PENDING_ACTIVATION";
  certificatePem: string;
  caCertificateId?: string;
  certificateMode?: "DEFAULT" | "SNI_ONLY";
  creationDate: number;
  lastModifiedDate: number;
  customerVersion: number;
  validity?: { notBefore: number; notAfter: number };
  transferredTo?: string;
  transferDate?: number;
}

interface Listed extends Paged {
  pageSize?: number;
  marker?: string;
  ascendingOrder?: boolean;
}

export const certificatesOf = ({ registry }: ApiContext) =>
  registry.table<CertificateRow>("certificates");

const certificateOf = (id: string, context: ApiContext) =>
  required(certificatesOf(context), "Certificate", id);

function freshCertificate(id: string, context: ApiContext): CertificateRow {
  const now = context.nowS();
  return {
    certificateId: id,
    certificateArn: context.arnOf("cert", id),
    status: "INACTIVE",
    certificatePem: "",
    creationDate: now,
    lastModifiedDate: now,
    customerVersion: 1,
  };
}

/** SHA-256 of its DER, as AWS IoT names certificates. */
export function certificateIdOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}

export function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ServiceError(
      "CertificateValidationException",
      "The certificate cannot be read: it is no PEM of an X.509 certificate",
    );
  }
}

function register(pem: string, row: Partial<CertificateRow>, context: ApiContext): CertificateRow {
  const certificate = readCertificate(pem);
  const id = certificateIdOf(certificate);
  const known = certificatesOf(context).get(id);
  if (known !== undefined) throw alreadyExists("Certificate", id, known.certificateArn);
  const validity = {
    notBefore: Date.parse(certificate.validFrom) / 1000,
    notAfter: Date.parse(certificate.validTo) / 1000,
  };
  const mode = { certificateMode: "DEFAULT" as const };
  const fresh = {
    ...freshCertificate(id, context),
    ...mode,
    ...row,
    certificatePem: pem,
    validity,
  };
  certificatesOf(context).put(id, fresh);
  return fresh;
}

/** What a client may ask for; the other states are reached by what it does. */
const settable = ["ACTIVE", "INACTIVE", "REVOKED"];

export const certificates = defineFamily({
  handlers: {
    async CreateKeysAndCertificate({ setAsActive = false }: { setAsActive?: boolean }, context) {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const pem = await context.issue(
        publicKey.export({ type: "spki", format: "der" }),
        "AWS IoT Certificate",
      );
      const row = register(pem, { status: setAsActive ? "ACTIVE" : "INACTIVE" }, context);
      const keyPair = {
        PublicKey: publicKey.export({ type: "spki", format: "pem" }),
        PrivateKey: privateKey.export({ type: "pkcs1", format: "pem" }),
      };
      return { ...row, keyPair };
    },
    async CreateCertificateFromCsr(
      {
        certificateSigningRequest,
        setAsActive = false,
      }: { certificateSigningRequest: string; setAsActive?: boolean },
      context,
    ) {
      const pem = await context.issueFromCsr(certificateSigningRequest).catch(() => {
        throw invalid("The certificate signing request cannot be read");
      });
      return register(pem, { status: setAsActive ? "ACTIVE" : "INACTIVE" }, context);
    },
    RegisterCertificate(
      input: {
        certificatePem: string;
        caCertificatePem?: string;
        setAsActive?: boolean;
        status?: CertificateRow["status"];
      },
      context,
    ) {
      const { certificatePem, caCertificatePem, setAsActive, status } = input;
      const ca =
        caCertificatePem === undefined
          ? undefined
          : certificateIdOf(readCertificate(caCertificatePem));
      const state = status ?? (setAsActive === true ? "ACTIVE" : "INACTIVE");
      return register(
        certificatePem,
        { status: state, ...(ca !== undefined && { caCertificateId: ca }) },
        context,
      );
    },
    RegisterCertificateWithoutCA(
      {
        certificatePem,
        status = "INACTIVE",
      }: { certificatePem: string; status?: CertificateRow["status"] },
      context,
    ) {
      return register(certificatePem, { status, certificateMode: "SNI_ONLY" }, context);
    },
    DescribeCertificate: ({ certificateId }: { certificateId: string }, context) => ({
      certificateDescription: {
        ...certificateOf(certificateId, context),
        ownedBy: context.accountId,
      },
    }),
    UpdateCertificate(
      { certificateId, newStatus }: { certificateId: string; newStatus: CertificateRow["status"] },
      context,
    ) {
      const row = certificateOf(certificateId, context);
      if (!settable.includes(newStatus))
        throw invalid(`A certificate's status cannot be set to ${newStatus}`);
      certificatesOf(context).put(certificateId, {
        ...row,
        status: newStatus,
        lastModifiedDate: context.nowS(),
      });
      return {};
    },
    DeleteCertificate(
      { certificateId, forceDelete = false }: { certificateId: string; forceDelete?: boolean },
      context,
    ) {
      const row = certificateOf(certificateId, context);
      if (row.status === "ACTIVE") {
        throw new ServiceError(
          "CertificateStateException",
          `Certificate must be deactivated (not ACTIVE) before deletion. certificateId=${certificateId}`,
        );
      }
      const users = thingsOf(context)
        .rows()
        .filter(({ principals }) => principals.includes(row.certificateArn));
      if (users.length > 0 && !forceDelete) {
        throw new ServiceError(
          "DeleteConflictException",
          `Things must be detached before deletion (arn: ${row.certificateArn})`,
        );
      }
      certificatesOf(context).delete(certificateId);
      return {};
    },
    ListCertificates(input: Listed, context) {
      const { page, next } = pageMarked(certificatesOf(context).rows(), input);
      return { certificates: page, ...next };
    },
    ListCertificatesByCA(input: Listed & { caCertificateId: string }, context) {
      const rows = certificatesOf(context)
        .rows()
        .filter(({ caCertificateId }) => caCertificateId === input.caCertificateId);
      const { page, next } = pageMarked(rows, input);
      return { certificates: page, ...next };
    },
    ListOutgoingCertificates(input: Listed, context) {
      const rows = certificatesOf(context)
        .rows()
        .filter(({ transferredTo }) => transferredTo !== undefined);
      const { page, next } = pageMarked(rows, input);
      return { outgoingCertificates: page, ...next };
    },
    AcceptCertificateTransfer(
      { certificateId, setAsActive = false }: { certificateId: string; setAsActive?: boolean },
      context,
    ) {
      endTransfer(certificateId, setAsActive ? "ACTIVE" : "INACTIVE", context);
      return {};
    },
    RejectCertificateTransfer({ certificateId }: { certificateId: string }, context) {
      endTransfer(certificateId, "INACTIVE", context);
      return {};
    },
    CancelCertificateTransfer({ certificateId }: { certificateId: string }, context) {
      endTransfer(certificateId, "INACTIVE", context);
      return {};
    },
    TransferCertificate(
      { certificateId, targetAwsAccount }: { certificateId: string; targetAwsAccount: string },
      context,
    ) {
      const row = certificateOf(certificateId, context);
      const transfer = {
        status: "PENDING_TRANSFER" as const,
        transferredTo: targetAwsAccount,
        transferDate: context.nowS(),
      };
      certificatesOf(context).put(certificateId, { ...row, ...transfer });
      return { transferredCertificateArn: row.certificateArn };
    },
    GetRegistrationCode(_input: object, context) {
      const table = context.registry.table<string>("registrationCode");
      const code = table.get("code") ?? context.newHex(64);
      table.put("code", code);
      return { registrationCode: code };
    },
    DeleteRegistrationCode(_input: object, context) {
      context.registry.table("registrationCode").delete("code");
      return {};
    },
  },
  imports: {
    DescribeCertificate: (
      _input: object,
      output: { certificateDescription: CertificateRow },
      context,
    ) => keepCertificate(output.certificateDescription, context),
    ListCertificates(_input: object, output: { certificates: CertificateRow[] }, context) {
      for (const row of output.certificates) keepCertificate(row, context);
    },
    ListCertificatesByCA(
      { caCertificateId }: { caCertificateId: string },
      output: { certificates: CertificateRow[] },
      context,
    ) {
      for (const row of output.certificates) keepCertificate({ ...row, caCertificateId }, context);
    },
    ListOutgoingCertificates(
      _input: object,
      output: { outgoingCertificates: CertificateRow[] },
      context,
    ) {
      for (const row of output.outgoingCertificates)
        keepCertificate({ ...row, status: "PENDING_TRANSFER" }, context);
    },
    GetRegistrationCode: (
      _input: object,
      { registrationCode }: { registrationCode: string },
      context,
    ) => context.registry.table<string>("registrationCode").put("code", registrationCode),
  },
});

export function keepCertificate(
  given: Partial<CertificateRow> & { certificateId: string },
  context: ApiContext,
): void {
  const known =
    certificatesOf(context).get(given.certificateId) ??
    freshCertificate(given.certificateId, context);
  certificatesOf(context).put(given.certificateId, { ...known, ...given });
}

function endTransfer(id: string, status: CertificateRow["status"], context: ApiContext): void {
  const { transferredTo: _to, transferDate: _date, ...row } = certificateOf(id, context);
  if (row.status !== "PENDING_TRANSFER") {
    throw new ServiceError(
      "TransferAlreadyCompletedException",
      `There is no transfer of certificate ${id} under way.`,
    );
  }
  certificatesOf(context).put(id, { ...row, status, lastModifiedDate: context.nowS() });
}
