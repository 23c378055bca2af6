import type { PlantFactName } from "../../core/plant.ts";
import type { AssetFact } from "../asset-record.ts";
import type { Asset } from "../asset-view.ts";

/** What an export says of itself and of when it was made. */
export interface ExportContext {
  /** Fieldwarden's. */
  version: string;
  /** Up to when the traffic was watched. */
  atMs: number;
}

export interface AssetExport {
  contentType: string;
  /** The whole document, ending with a line end. Whatever assets hold came from the network. */
  encode(assets: readonly Asset[], context: ExportContext): string;
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Those that are the device's for sure: other inventories would take a guess for a fact. */
export function sureMacsOf({ macs, isMacGuessed }: Asset): readonly string[] {
  return isMacGuessed ? [] : macs;
}

/** What an asset's value is known from: its facts stand with the one that counts first. */
export function factOf(asset: Asset, name: PlantFactName): AssetFact | undefined {
  return asset.facts.find((fact) => fact.name === name);
}
