/** `watch --assets [--format FORMAT]`: one record for each device that spoke. */
import { ExitCode, FieldwardenError } from "../../core/errors.ts";
import type { Asset } from "../../traffic/asset-view.ts";
import { createAssetTable } from "../../traffic/assets.ts";
import { type AssetFormat, assetExports, assetFormats } from "../../traffic/exports/index.ts";
import { createOuiLookup } from "../../traffic/oui.ts";
import type { ArgValues, Io } from "../verb.ts";
import type { PlantObserver } from "./observer.ts";

/** What fits a screen or two; `--json` and the formats have all. */
const ASSETS_SHOWN = 60;

export interface AssetsOptions {
  /** Null: with the summary, or in `--json`'s object. */
  format: AssetFormat | null;
}

/** @returns null when nobody asked for assets */
export function assetsOptionsOf({ assets, format, json }: ArgValues): AssetsOptions | null {
  if (assets !== true && format === undefined) return null;
  if (assets !== true) {
    throw new FieldwardenError(ExitCode.usage, "watch --format needs --assets", "");
  }
  if (format === undefined) return { format: null };
  if (!isFormat(format)) {
    throw new FieldwardenError(
      ExitCode.usage,
      `watch --format: there is no "${format}"`,
      `There are ${assetFormats.join(", ")}.`,
    );
  }
  if (json === true) {
    throw new FieldwardenError(
      ExitCode.usage,
      "watch takes --json or --format, not both",
      "--json has the assets among everything else, --format them alone.",
    );
  }
  return { format };
}

const isFormat = (format: unknown): format is AssetFormat =>
  (assetFormats as readonly unknown[]).includes(format);

export async function createAssetsObserver(
  { format }: AssetsOptions,
  { loadOui, version }: Pick<Io, "loadOui" | "version">,
): Promise<PlantObserver> {
  const table = createAssetTable({ vendorOfMac: createOuiLookup(await loadOui()) });
  let atMs = 0;
  const observer: PlantObserver = {
    observe(observation) {
      table.observe(observation);
      atMs = Math.max(atMs, observation.untilMs);
    },
    members: () => ({ assets: table.list(), assets_lost: table.lostCount }),
    lines: () => linesOf(table.list(), table.lostCount),
  };
  if (format === null) return observer;
  const { encode } = await assetExports[format]();
  return { ...observer, document: () => encode(table.list(), { version, atMs }) };
}

function linesOf(assets: readonly Asset[], lostCount: number): string[] {
  const lost = lostCount > 0 ? `, ${lostCount} more made room for them` : "";
  const left = assets.length - ASSETS_SHOWN;
  return [
    "",
    `${assets.length} assets${lost}`,
    ...assets.slice(0, ASSETS_SHOWN).map(lineOf),
    ...(left > 0 ? [`  … ${left} more`] : []),
  ];
}

function lineOf(asset: Asset): string {
  const { id, macs, role, name, vendor, product, firmware, serial, protocols } = asset;
  const what = [vendor, product, firmware && `firmware ${firmware}`, serial && `serial ${serial}`];
  const parts = [
    id,
    id === macs[0] ? "" : macs.join(" ") + (asset.isMacGuessed ? "?" : ""),
    role,
    name,
    what.filter((part) => part !== "").join(", "),
    protocols.length > 0 ? `[${protocols.join(", ")}]` : "",
  ];
  return `  ${parts.filter((part) => part !== "").join("  ")}`;
}
