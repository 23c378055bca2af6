/** What an operation fails with: one of the model's exceptions, its status and what else its shape holds. */
import type { ServiceModel } from "./model.ts";

/** An outcome for the client, thrown by a handler through to where the answer is written. */
export class ServiceError extends Error {
  /** "ResourceNotFoundException" */
  readonly code: string;
  /** Further members of the exception's shape: resourceId, resourceArn. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** AWS's services answer these whether an operation's model names them or not. */
const commonStatuses: Readonly<Record<string, number>> = {
  SerializationException: 400,
  UnknownOperationException: 404,
  NotImplementedException: 501,
  MissingAuthenticationTokenException: 403,
  SignatureDoesNotMatch: 403,
  UnrecognizedClientException: 403,
  RequestEntityTooLargeException: 413,
};

export function statusOf(code: string, service: ServiceModel): number {
  return service.shapes[code]?.error?.httpStatusCode ?? commonStatuses[code] ?? 400;
}

export const invalid = (message: string) => new ServiceError("InvalidRequestException", message);

export const notFound = (what: string, name: string) =>
  new ServiceError("ResourceNotFoundException", `${what} ${name} does not exist.`);

export function alreadyExists(what: string, name: string, resourceArn?: string): ServiceError {
  return new ServiceError(
    "ResourceAlreadyExistsException",
    `${what} ${name} already exists in account with different properties.`,
    { resourceId: name, ...(resourceArn !== undefined && { resourceArn }) },
  );
}
