/** Every format of the asset list, one line each. Loaded when it is asked for: some bring packages along. */
import type { AssetExport } from "./asset-export.ts";

export const assetExports = {
  json: async () => (await import("./json.ts")).json,
  csv: async () => (await import("./csv.ts")).csv,
  cyclonedx: async () => (await import("./cyclonedx.ts")).cyclonedx,
  ocsf: async () => (await import("./ocsf.ts")).ocsf,
  netbox: async () => (await import("./netbox.ts")).netbox,
} as const satisfies Record<string, () => Promise<AssetExport>>;

export type AssetFormat = keyof typeof assetExports;

export const assetFormats = Object.keys(assetExports) as AssetFormat[];
