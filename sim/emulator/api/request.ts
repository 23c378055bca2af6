/** From an HTTP request to an operation's input, by where the model says that each member travels. */
import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "./errors.ts";
import type { Matched, MemberModel, ServiceModel } from "./model.ts";

export interface ApiRequest {
  method: string;
  /** Without query; as in the request line. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export type Input = Record<string, unknown>;

/** The members that the request gives. Throws ServiceError where a text is none of its member's type. */
export function inputOf({ operation, labels }: Matched, request: ApiRequest): Input {
  const { service } = operation;
  const shape = operation.input === undefined ? undefined : service.shapes[operation.input];
  const members = shape?.members ?? {};
  const input: Input = {};
  const body = shape?.payload === undefined ? bodyOf(request.body) : {};
  if (shape?.payload !== undefined)
    input[shape.payload] = payloadOf(shape.payload, members, service, request.body);
  for (const [name, member] of Object.entries(members)) {
    if (name === shape?.payload) continue;
    const wire = member.locationName ?? name;
    const given = givenOf(member, wire, { labels, request, body });
    if (given === undefined || given === null) continue;
    input[name] =
      typeof given === "object" && "texts" in given
        ? typedOf(name, given.texts, member, service)
        : given.value;
  }
  return input;
}

interface Places {
  labels: Readonly<Record<string, string>>;
  request: ApiRequest;
  body: Readonly<Record<string, unknown>>;
}

/** Texts still have to be given a type; values of the body have one. */
type Given = { texts: string[] } | { value: unknown } | undefined;

function givenOf({ location }: MemberModel, wire: string, places: Places): Given {
  const { labels, request, body } = places;
  switch (location) {
    case "uri":
      return textsOf(labels[wire]);
    case "querystring": {
      const all = request.query.getAll(wire);
      return all.length === 0 ? undefined : { texts: all };
    }
    case "header":
      return textsOf(request.headers[wire.toLowerCase()]);
    default: {
      const value = Object.hasOwn(body, wire) ? body[wire] : undefined;
      return value === undefined || value === null ? undefined : { value };
    }
  }
}

function textsOf(text: string | string[] | undefined): Given {
  return text === undefined ? undefined : { texts: Array.isArray(text) ? text : [text] };
}

function typedOf(
  name: string,
  texts: string[],
  { shape }: MemberModel,
  service: ServiceModel,
): unknown {
  const model = service.shapes[shape];
  if (model?.type === "list") return texts;
  const text = texts[0] ?? "";
  switch (model?.type) {
    case "boolean":
      if (text !== "true" && text !== "false") throw mistyped(name, text, "true or false");
      return text === "true";
    case "integer":
    case "long":
      if (!/^-?\d{1,15}$/.test(text)) throw mistyped(name, text, "a whole number");
      return Number(text);
    case "timestamp": {
      const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1000;
      if (Number.isNaN(seconds))
        throw mistyped(name, text, "a time (ISO 8601, or seconds since 1970)");
      return seconds;
    }
    default:
      return text;
  }
}

function mistyped(name: string, text: string, wanted: string): ServiceError {
  return new ServiceError(
    "SerializationException",
    `Value '${text}' at '${name}' is not ${wanted}`,
  );
}

function bodyOf(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  const value = parsed(bytes);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ServiceError("SerializationException", "The body is not a JSON object");
}

/** A member that is the whole body: bytes as they are, or a structure. */
function payloadOf(
  name: string,
  members: Readonly<Record<string, MemberModel>>,
  service: ServiceModel,
  bytes: Uint8Array,
): unknown {
  const shape = service.shapes[members[name]?.shape ?? ""];
  if (shape?.type !== "structure") return bytes;
  return bytes.length === 0 ? undefined : parsed(bytes);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError("SerializationException", `The body is not JSON: ${reason}`);
  }
}
