export { inventoryFormats } from "./formats/index.ts";
export { inventorySources } from "./sources/index.ts";
export { takeInventory } from "./take.ts";
