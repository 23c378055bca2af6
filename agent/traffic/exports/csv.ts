/** A row for each asset, RFC 4180, for spreadsheets. Lists are parted by spaces, facts left out. */
import type { Asset } from "../asset-view.ts";
import { type AssetExport, isoOf, sureMacsOf } from "./asset-export.ts";

const columns: readonly (readonly [string, (asset: Asset) => string])[] = [
  ["id", ({ id }) => id],
  ["addresses", ({ addresses }) => addresses.join(" ")],
  ["macs", (asset) => sureMacsOf(asset).join(" ")],
  ["behind", ({ behind }) => behind],
  ["objects", ({ objects }) => objects.join(", ")],
  ["role", ({ role }) => role],
  ["name", ({ name }) => name],
  ["vendor", ({ vendor }) => vendor],
  ["product", ({ product }) => product],
  ["model", ({ model }) => model],
  ["order_number", ({ orderNumber }) => orderNumber],
  ["firmware", ({ firmware }) => firmware],
  ["hardware", ({ hardware }) => hardware],
  ["serial", ({ serial }) => serial],
  ["location", ({ location }) => location],
  ["os", ({ os }) => os],
  ["operating_mode", ({ operatingMode }) => operatingMode],
  ["protocols", ({ protocols }) => protocols.join(" ")],
  ["weaknesses", ({ weaknesses }) => weaknesses.join(" ")],
  ["first_seen", ({ firstMs }) => isoOf(firstMs)],
  ["last_seen", ({ lastMs }) => isoOf(lastMs)],
];

export const csv: AssetExport = {
  contentType: "text/csv",
  encode(assets) {
    const rows = assets.map((asset) => columns.map(([, textOf]) => fieldOf(textOf(asset))));
    return [columns.map(([name]) => name), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
  },
};

/** A device may call itself "=cmd|…": what a spreadsheet would take for a formula gets an apostrophe. */
function fieldOf(value: string): string {
  const harmless = /^[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
