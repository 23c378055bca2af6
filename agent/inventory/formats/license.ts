import * as SPDX from "@cyclonedx/cyclonedx-library/SPDX";

/** Parts of an expression: names, operators, parentheses; SPDX 2.3 Annex D. */
const PARTS_MAX = 200;

/** The identifier as the SPDX list spells it, or undefined for what is none. */
export function spdxIdOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : SPDX.fixupSpdxId(text);
}

/** The text where it is an SPDX license expression of known identifiers, else undefined. */
export function spdxExpressionOf(text: string | undefined): string | undefined {
  const parts = text?.match(/[()]|[^()\s]+/g) ?? [];
  if (parts.length === 0 || parts.length > PARTS_MAX) return undefined;
  let depth = 0;
  let wantsName = true;
  const written: string[] = [];
  for (const part of parts) {
    const isOperator = /^(AND|OR)$/.test(part);
    if (part === "(" ? !wantsName : part === ")" || isOperator ? wantsName : !wantsName)
      return undefined;
    if (part === "(") depth++;
    else if (part === ")") depth--;
    else wantsName = isOperator;
    const name = isOperator || part === "(" || part === ")" ? part : spdxIdOf(part);
    if (depth < 0 || name === undefined) return undefined;
    written.push(name);
  }
  if (depth !== 0 || wantsName) return undefined;
  return written.join(" ").replace(/\( /g, "(").replace(/ \)/g, ")");
}
