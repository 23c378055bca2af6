/**
 * AWS IoT's API: finds the operation that a request means, holds its input to the model, lets its handler
 * act on the account, and answers as the model says.
 */
import type { Log } from "../../../agent/core/log.ts";
import { type ApiAnswer, answerOf, failureOf, unbuilt } from "./answer.ts";
import { ServiceError } from "./errors.ts";
import { type Matched, matchOf, type Operation, operationOf, type ServiceModel } from "./model.ts";
import { models } from "./model-data.ts";
import type { ApiContext } from "./operation.ts";
import { handlers, importers } from "./operations/index.ts";
import { type ApiRequest, inputOf } from "./request.ts";
import { type Credentials, signatureOf, verifySignature } from "./sigv4.ts";
import { isOfItsTypes, validate } from "./validate.ts";

export interface ServiceOptions {
  context: ApiContext;
  /** Whose signature a request must have; null: nobody's. */
  credentials: Credentials | null;
  log: Log;
}

/** One call and what an account answered to it, to be taken over. */
export interface Reply {
  operation: string;
  /** "iot" when it is left out. */
  service?: string;
  input: Record<string, unknown>;
  output: Record<string, unknown>;
}

export interface Service {
  /** Null when the path is none of AWS IoT's. */
  answer(request: ApiRequest): Promise<ApiAnswer | null>;
  /** @returns operations whose replies say nothing that could be taken over */
  import(replies: readonly Reply[]): string[];
}

export function createService({ context, credentials, log }: ServiceOptions): Service {
  const plain = models.iot as ServiceModel;

  return {
    async answer(request) {
      const { service: signedFor } = signatureOf(request.headers) ?? { service: "" };
      const matched = matchOf(request.method, request.path, signedFor);
      if (matched === null) return null;
      try {
        if (credentials !== null) verifySignature(request, credentials, context.nowS());
        return await perform(matched, request, context);
      } catch (error) {
        if (error instanceof ServiceError) return failureOf(error, matched.operation.service);
        // A bug of ours. The account is in memory and the next request may be fine.
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log.error("api operation failed", { operation: matched.operation.name, reason });
        return failureOf(new ServiceError("InternalFailureException", "Internal failure"), plain);
      }
    },
    import(replies) {
      const left: string[] = [];
      for (const { operation: name, service, input, output } of replies) {
        const operation = operationOf(name, service);
        const importer = operation === null ? undefined : own(importers, operation);
        if (operation === null || importer === undefined || !isOfItsTypes(operation, output)) {
          left.push(name);
        } else importer(input as never, output as never, context);
      }
      return left;
    },
  };
}

/** Calls whose answer, not whose failure, is what is wrong with the input. */
const judgesItself = new Set(["ValidateSecurityProfileBehaviors"]);

async function perform(
  matched: Matched,
  request: ApiRequest,
  context: ApiContext,
): Promise<ApiAnswer> {
  const { operation } = matched;
  const handler = own(handlers, operation);
  if (handler === undefined) throw unbuilt(operation.name);
  const input = inputOf(matched, request);
  if (!judgesItself.has(operation.name)) validate(operation, input);
  return answerOf(operation, await handler(input as never, context));
}

/** Two services have a DescribeJobExecution: the one of devices is listed with its service's name. */
function own<Entry>(
  entries: Readonly<Record<string, Entry>>,
  { name, service }: Operation,
): Entry | undefined {
  const isOfDevices = service === models["iot-jobs-data"];
  for (const key of isOfDevices ? [`iot-jobs-data ${name}`, name] : [name]) {
    if (Object.hasOwn(entries, key)) return entries[key];
  }
  return undefined;
}
