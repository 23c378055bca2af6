/** From an operation's output, or its failure, to an HTTP answer; only what the model names goes out. */
import { ServiceError, statusOf } from "./errors.ts";
import type { Operation, ServiceModel } from "./model.ts";

export interface ApiAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

const JSON_TYPE = { "content-type": "application/json" };

export function answerOf({ service, output: name }: Operation, output: object): ApiAnswer {
  const shape = name === undefined ? undefined : service.shapes[name];
  if (shape?.payload !== undefined) {
    const payload = (output as Record<string, unknown>)[shape.payload];
    const body = payload instanceof Uint8Array ? payload : JSON.stringify(payload ?? {});
    return { status: 200, headers: JSON_TYPE, body };
  }
  const shown = name === undefined ? {} : shownOf(service, name, output);
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(shown) };
}

/** As botocore and the SDKs read it: the exception's name in a header, its members in the body. */
export function failureOf(error: ServiceError, service: ServiceModel): ApiAnswer {
  const { code, message, details } = error;
  return {
    status: statusOf(code, service),
    headers: { ...JSON_TYPE, "x-amzn-errortype": code },
    body: JSON.stringify({ message, ...details }),
  };
}

/** The value cut to the members of its shape, by their names on the wire. */
function shownOf(service: ServiceModel, name: string, value: unknown): unknown {
  const shape = service.shapes[name];
  if (shape === undefined || value === undefined || value === null) return value;
  switch (shape.type) {
    case "structure": {
      const given = value as Record<string, unknown>;
      const members = Object.entries(shape.members ?? {})
        .filter(([member]) => given[member] !== undefined && given[member] !== null)
        .map(([member, { shape: inner, locationName }]) => [
          locationName ?? member,
          shownOf(service, inner, given[member]),
        ]);
      return Object.fromEntries(members);
    }
    case "list":
      return (value as unknown[]).map((item) => shownOf(service, shape.member ?? "", item));
    case "map": {
      const entries = Object.entries(value as Record<string, unknown>);
      const inner = shape.value ?? "";
      return Object.fromEntries(entries.map(([key, one]) => [key, shownOf(service, inner, one)]));
    }
    default:
      return value;
  }
}

/** Something that is no operation of ours, said so that every client understands it. */
export function unbuilt(operation: string): ServiceError {
  const message = `${operation} is an operation of AWS IoT that this emulator does not have.`;
  return new ServiceError("NotImplementedException", message);
}
