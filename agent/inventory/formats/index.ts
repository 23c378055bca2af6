import type { InventoryFormat } from "../../core/inventory.ts";

/** Every document, loaded when it is asked for: the library behind CycloneDX alone takes 13 MB. */
export const inventoryFormats: Readonly<Record<string, () => Promise<InventoryFormat>>> = {
  json: async () => (await import("./json.ts")).json,
};
