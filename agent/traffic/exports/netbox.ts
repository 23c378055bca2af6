/**
 * For NetBox's bulk import, 4.2 or later (it keeps MAC addresses apart): YAML documents to be imported one
 * after the other, each where its comment says. Manufacturers, types and roles come before the devices that
 * name them; what is there already, NetBox refuses by its name, and that line may be left out.
 */
import { Document } from "yaml";
import type { Asset } from "../asset-view.ts";
import { type AssetExport, isoOf, sureMacsOf } from "./asset-export.ts";

/** Lengths of NetBox's own columns. */
const NAME_CHARS_MAX = 64;
const TEXT_CHARS_MAX = 100;
const SERIAL_CHARS_MAX = 50;
const DESCRIPTION_CHARS_MAX = 200;

const SITE = "Plant";
const UNKNOWN = "Unknown";
const INTERFACE = "net0";
const ROLE_COLOR = "9e9e9e";

type Row = Record<string, string | number | boolean>;

export const netbox: AssetExport = {
  contentType: "application/yaml",
  encode(assets) {
    const devices = namedOnce(assets);
    return sectionsOf(devices)
      .map(([where, rows]) => documentOf(where, rows))
      .join("");
  },
};

function sectionsOf(devices: readonly NamedAsset[]): readonly (readonly [string, Row[]])[] {
  const wired = devices.filter(
    ({ asset }) => asset.addresses.length + sureMacsOf(asset).length > 0,
  );
  return [
    ["Organization > Sites", [{ name: SITE, slug: slugOf(SITE), status: "active" }]],
    [
      "Devices > Manufacturers",
      distinct(
        devices.map(({ manufacturer }) => ({
          name: manufacturer,
          slug: slugOf(manufacturer),
        })),
      ),
    ],
    [
      "Devices > Device Types",
      distinct(
        devices.map(({ manufacturer, model, asset }) => ({
          manufacturer,
          model,
          slug: slugOf(`${manufacturer}-${model}`),
          part_number: cut(asset.orderNumber, SERIAL_CHARS_MAX),
          u_height: 0,
        })),
        ({ slug }) => String(slug),
      ),
    ],
    [
      "Devices > Device Roles",
      distinct(
        devices.map(({ role }) => ({
          name: role,
          slug: slugOf(role),
          color: ROLE_COLOR,
        })),
      ),
    ],
    ["Devices > Devices", devices.map(deviceRow)],
    [
      "Devices > Interfaces",
      wired.map(({ name }) => ({ device: name, name: INTERFACE, type: "other" })),
    ],
    [
      "Devices > MAC Addresses",
      wired.flatMap(({ name, asset }) =>
        sureMacsOf(asset).map((mac, i) => ({
          mac_address: mac,
          device: name,
          interface: INTERFACE,
          is_primary: i === 0,
        })),
      ),
    ],
    [
      "IPAM > IP Addresses",
      wired.flatMap(({ name, asset }) =>
        asset.addresses.map((address, i) => ({
          // Nothing in the traffic says how long the network's prefix is.
          address: `${address}/${address.includes(":") ? 128 : 32}`,
          status: "active",
          device: name,
          interface: INTERFACE,
          is_primary: i === 0,
        })),
      ),
    ],
  ];
}

interface NamedAsset {
  asset: Asset;
  /** Unique: NetBox wants it so within a site. */
  name: string;
  manufacturer: string;
  model: string;
  role: string;
}

function namedOnce(assets: readonly Asset[]): NamedAsset[] {
  const taken = new Set<string>();
  const spellings = new Map<string, string>();
  /** "Siemens" and "SIEMENS" are one manufacturer: whichever comes first. */
  const spelled = (text: string): string => {
    const name = cut(text, TEXT_CHARS_MAX);
    const slug = slugOf(name);
    if (!spellings.has(slug)) spellings.set(slug, name);
    return spellings.get(slug)!;
  };
  return assets.map((asset) => {
    const { id, vendor, product, model, orderNumber, role } = asset;
    const plain = cut(asset.name || id, NAME_CHARS_MAX);
    // NetBox compares names without regard to case.
    const isTaken = taken.has(plain.toLowerCase());
    const name = isTaken ? `${cut(asset.name, NAME_CHARS_MAX - id.length - 3)} (${id})` : plain;
    taken.add(name.toLowerCase());
    return {
      asset,
      name,
      manufacturer: spelled(vendor || UNKNOWN),
      model: spelled(product || model || orderNumber || UNKNOWN),
      role: spelled(role || UNKNOWN),
    };
  });
}

function deviceRow({ asset, name, manufacturer, model, role }: NamedAsset): Row {
  const { firmware, behind, objects, protocols, firstMs, lastMs } = asset;
  const said = [
    firmware !== "" && `firmware ${firmware}`,
    behind !== "" && `behind ${behind}`,
    objects.length > 0 && objects.join(", "),
    protocols.length > 0 && protocols.join(", "),
  ].filter((part) => part !== false);
  return {
    name,
    role,
    manufacturer,
    device_type: model,
    serial: cut(asset.serial, SERIAL_CHARS_MAX),
    status: "active",
    site: SITE,
    description: cut(said.join("; "), DESCRIPTION_CHARS_MAX),
    comments: `Seen by Fieldwarden from ${isoOf(firstMs)} to ${isoOf(lastMs)}`,
  };
}

function documentOf(where: string, rows: readonly Row[]): string {
  const document = new Document(rows);
  document.commentBefore = ` ${where} > Import`;
  return `---\n${document.toString({ lineWidth: 0 })}`;
}

function distinct(rows: readonly Row[], keyOf = ({ name }: Row) => slugOf(String(name))): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return cut(slug || "unknown", TEXT_CHARS_MAX);
}

function cut(text: string, chars: number): string {
  return [...text].slice(0, chars).join("").trim();
}
