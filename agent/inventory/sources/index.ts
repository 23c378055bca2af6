import type { InventorySource } from "../../core/inventory.ts";
import { dpkg } from "./dpkg.ts";
import { rpm } from "./rpm.ts";

/** Every way to find parts of a device. One file, one line here. */
export const inventorySources: readonly InventorySource[] = [dpkg, rpm];
