/**
 * CycloneDX 1.6 for hardware (ECMA-424): a component of type device for each asset, with its firmware inside
 * it, and the property names of the cdx:device taxonomy. What has no place there goes under fieldwarden:.
 */
import type { PlantFactName } from "../../core/plant.ts";
import type { Asset } from "../asset-view.ts";
import { type AssetExport, type ExportContext, factOf, isoOf, sureMacsOf } from "./asset-export.ts";

/** Facts whose sources are told as properties: CycloneDX has evidence only for names and versions. */
const traced: readonly PlantFactName[] = ["vendor", "serial", "role"];

export const cyclonedx: AssetExport = {
  contentType: "application/vnd.cyclonedx+json; version=1.6",
  encode: (assets, context) => `${JSON.stringify(bomOf(assets, context), null, 2)}\n`,
};

function bomOf(assets: readonly Asset[], { version, atMs }: ExportContext) {
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: isoOf(atMs),
      lifecycles: [{ phase: "discovery" }],
      tools: { components: [{ type: "application", name: "fieldwarden", version }] },
    },
    components: assets.map(deviceOf),
  };
}

function deviceOf(asset: Asset) {
  const { id, vendor, product, model, name, hardware, firmware } = asset;
  const description = [name, asset.role, asset.location].filter((text) => text !== "").join(", ");
  return {
    type: "device",
    "bom-ref": id,
    ...(vendor !== "" && { manufacturer: { name: vendor } }),
    name: product || model || name || id,
    ...(hardware !== "" && { version: hardware }),
    ...(description !== "" && { description }),
    ...(product !== "" && evidenceOf(asset, "name", "product")),
    ...(firmware !== "" && { components: [firmwareOf(asset)] }),
    properties: propertiesOf(asset)
      .filter(([, value]) => value !== "")
      .map(([key, value]) => ({ name: key, value })),
  };
}

function firmwareOf(asset: Asset) {
  const { id, vendor, product, firmware } = asset;
  return {
    type: "firmware",
    "bom-ref": `${id} firmware`,
    ...(vendor !== "" && { manufacturer: { name: vendor } }),
    name: `firmware of ${product || id}`,
    version: firmware,
    ...evidenceOf(asset, "version", "firmware"),
  };
}

function evidenceOf(asset: Asset, field: "name" | "version", name: PlantFactName) {
  const fact = factOf(asset, name);
  if (fact === undefined) return {};
  const { confidence, source, value } = fact;
  const method = { technique: "other", confidence, value: source };
  return {
    evidence: { identity: [{ field, confidence, concludedValue: value, methods: [method] }] },
  };
}

function propertiesOf(asset: Asset): [string, string][] {
  const all = (key: string, values: readonly string[]) =>
    values.map((value): [string, string] => [key, value]);
  return [
    ["cdx:device:function", asset.role],
    ["cdx:device:serialNumber", asset.serial],
    ...all("cdx:device:macAddress", sureMacsOf(asset)),
    ...all("fieldwarden:address", asset.addresses),
    ...all("fieldwarden:object", asset.objects),
    ["fieldwarden:behind", asset.behind],
    ["fieldwarden:orderNumber", asset.orderNumber],
    ["fieldwarden:operatingMode", asset.operatingMode],
    ["fieldwarden:os", asset.os],
    ...all("fieldwarden:protocol", asset.protocols),
    ...all("fieldwarden:weakness", asset.weaknesses),
    ["fieldwarden:firstSeen", isoOf(asset.firstMs)],
    ["fieldwarden:lastSeen", isoOf(asset.lastMs)],
    ...traced.flatMap((name): [string, string][] => {
      const fact = factOf(asset, name);
      if (fact === undefined) return [];
      return [[`fieldwarden:source:${name}`, `${fact.source}, confidence ${fact.confidence}`]];
    }),
  ];
}
