import { lineOf } from "../notice.ts";
import type { Format } from "./format.ts";

/** Our own: the record as it stands in the chain, so that its hash can be checked anywhere. */
export const ndjson: Format = {
  contentType: "application/x-ndjson; charset=utf-8",
  encode: lineOf,
};
