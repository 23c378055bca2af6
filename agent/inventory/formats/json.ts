import { defineInventoryFormat } from "../../core/inventory.ts";

/** Counts up when a member changes its meaning or goes; new members do not count. */
export const INVENTORY_JSON_VERSION = 1;

/** The model as it is, for whoever has no need of a standard. */
export const json = defineInventoryFormat({
  name: "json",
  contentType: "application/json",
  encode: (inventory, { thing, version }) =>
    JSON.stringify({
      schemaVersion: INVENTORY_JSON_VERSION,
      thing,
      tool: { name: "Fieldwarden", version },
      ...inventory,
    }),
});
