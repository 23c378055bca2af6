/**
 * System descriptions of LLDP and SNMP (sysDescr): Siemens' devices and some others write "vendor, product,
 * order number, HW: 1, FW: V2.0.1, serial" into them. Its parts are facts of their own.
 */
import type { PlantFactName } from "../../core/plant.ts";
import { confidences } from "./fact-source.ts";

export function describedBy(text: string): [PlantFactName, string, number][] {
  const { discovery, hint } = confidences;
  const found: [PlantFactName, string, number][] = [["description", text, discovery]];
  const parts = text.split(",").map((part) => part.trim());
  const order = parts.findIndex((part) => /^6[A-Z]{2}\d[0-9A-Z -]{8,}$/.test(part));
  if (/^cisco\b/i.test(text)) found.push(["vendor", "Cisco", discovery]);
  if (/^siemens\b/i.test(text)) {
    found.push(["vendor", "Siemens", discovery]);
    const role = siemensRoles.find(([pattern]) => pattern.test(text))?.[1];
    if (role !== undefined) found.push(["role", role, discovery]);
  }
  if (order > 1) {
    found.push(["order_number", parts[order]!, discovery]);
    found.push(["product", parts.slice(1, order).join(", "), discovery]);
  } else {
    found.push(["product", text, hint]);
  }
  for (const [name, pattern] of patterns) {
    const match = pattern.exec(text);
    const value = match?.[1] ?? match?.[2];
    if (value !== undefined) found.push([name, value.trim(), discovery]);
  }
  return found;
}

/** A PLC with two ports is a bridge as well, and says so in its capabilities. */
const siemensRoles: readonly [RegExp, string][] = [
  [/\bSCALANCE\b/, "switch"],
  [/\bHMI\b/, "HMI"],
  [/\bET ?200/, "remote I/O"],
  [/\bCPU\b/, "PLC"],
];

const patterns: readonly [PlantFactName, RegExp][] = [
  [
    "firmware",
    /\b(?:FW|SW|Firmware|Version)\b[: .]*(?:version )?([VR]?[ .]?\d[\w.()-]*)|\bv(\d+(?:\.\d+)+)\b/i,
  ],
  ["hardware", /\bHW\b[: ]*(V?\d[\w.]*)/i],
  // Siemens' serial numbers begin with "S " and the plant's letter.
  ["serial", /\bS\/N[: ]*([\w-]{4,})|\b(S [A-Z]-\w{6,})/],
];
