import type { InventoryFormat } from "../../core/inventory.ts";

/** Every document, loaded when it is asked for: the library behind CycloneDX alone takes 13 MB. */
export const inventoryFormats: Readonly<Record<string, () => Promise<InventoryFormat>>> = {
  cyclonedx: async () => (await import("./cyclonedx.ts")).cyclonedx,
  spdx: async () => (await import("./spdx.ts")).spdx,
  ssm: async () => (await import("./ssm.ts")).ssm,
  ocsf: async () => (await import("./ocsf.ts")).ocsf,
  json: async () => (await import("./json.ts")).json,
};
