/**
 * The value of a report's bytes, of JSON or CBOR. Both parsers take anything: what is not a plain tree
 * of text, numbers, lists and maps with text keys ends here, as do depths and lengths that only an
 * attacker sends.
 */
import { Decoder } from "cbor-x";
import { cborProblemOf } from "./cbor-check.ts";

export type Format = "json" | "cbor";
export type Tree = { value: unknown } | { problem: string };

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Maps, since cbor-x renames a member called __proto__ when it makes objects. */
const cbor = new Decoder({ useRecords: false, mapsAsObjects: false });

export function treeOf(bytes: Uint8Array, format: Format): Tree {
  try {
    if (format === "json") return { value: JSON.parse(utf8.decode(bytes)) };
    const problem = cborProblemOf(bytes);
    return problem === null ? { value: plain(cbor.decode(bytes)) } : { problem };
  } catch (error) {
    return {
      problem: `not ${format.toUpperCase()}: ${error instanceof Error ? error.message : error}`,
    };
  }
}

/** Maps as objects; how deep is bounded by the check before. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
}
