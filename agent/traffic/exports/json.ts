/** Everything, as createAssetTable tells it. */
import type { AssetExport } from "./asset-export.ts";

export const json: AssetExport = {
  contentType: "application/json",
  encode: (assets) => `${JSON.stringify({ assets }, null, 2)}\n`,
};
