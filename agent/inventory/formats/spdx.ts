/** SPDX 2.3 as JSON: https://spdx.github.io/spdx-spec/v2.3/. Hardware has no place in it. */
import { createHash } from "node:crypto";
import {
  defineInventoryFormat,
  type Inventory,
  type Software,
  type SoftwareKind,
  type SystemFacts,
} from "../../core/inventory.ts";
import { purlOf } from "../purl.ts";
import { spdxExpressionOf } from "./license.ts";

const purposes: Readonly<Record<SoftwareKind, string>> = {
  "operating-system": "OPERATING-SYSTEM",
  kernel: "OPERATING-SYSTEM",
  "kernel-module": "OTHER",
  firmware: "FIRMWARE",
  package: "INSTALL",
  library: "LIBRARY",
  application: "APPLICATION",
  container: "CONTAINER",
  "plc-program": "FILE",
};

const DEVICE = "SPDXRef-Device";

export const spdx = defineInventoryFormat({
  name: "spdx",
  contentType: "application/spdx+json",
  encode(inventory, { thing, version }) {
    const { software, system, takenWallMs } = inventory;
    const packages = software.map((one, at) => packageOf(one, at, system));
    return JSON.stringify({
      spdxVersion: "SPDX-2.3",
      dataLicense: "CC0-1.0",
      SPDXID: "SPDXRef-DOCUMENT",
      name: thing,
      documentNamespace: namespaceOf(inventory, thing),
      creationInfo: {
        created: `${new Date(takenWallMs).toISOString().slice(0, 19)}Z`,
        creators: [`Tool: Fieldwarden-${version}`],
      },
      packages: [deviceOf(thing, system), ...packages],
      relationships: [
        relationship("SPDXRef-DOCUMENT", "DESCRIBES", DEVICE),
        ...packages.map(({ SPDXID }) => relationship(DEVICE, "CONTAINS", SPDXID)),
      ],
    });
  },
});

function deviceOf(thing: string, { vendor, model, firmwareVersion }: SystemFacts) {
  return {
    SPDXID: DEVICE,
    name: model ?? thing,
    ...(firmwareVersion !== undefined && { versionInfo: firmwareVersion }),
    ...(vendor && { supplier: `Organization: ${vendor}` }),
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    primaryPackagePurpose: "DEVICE",
  };
}

function packageOf(software: Software, at: number, system: SystemFacts) {
  const { name, version, publisher, license, sha256, summary, homepage, state } = software;
  const declared = spdxExpressionOf(license);
  const source = [software.sourceName, software.sourceVersion].filter(Boolean).join(" ");
  return {
    SPDXID: `SPDXRef-${at + 1}-${name.replace(/[^a-zA-Z0-9.-]/g, "-").slice(0, 100)}`,
    name,
    ...(version !== "" && { versionInfo: version }),
    ...(publisher && { supplier: supplierOf(publisher) }),
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: declared ?? "NOASSERTION",
    ...(license !== undefined && declared === undefined && { licenseComments: license }),
    copyrightText: "NOASSERTION",
    ...(summary !== undefined && { summary }),
    ...(homepage !== undefined && URL.canParse(homepage) && { homepage }),
    ...(source !== "" && { sourceInfo: `built from ${source}` }),
    ...(sha256 !== undefined && {
      checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
    }),
    ...(state !== undefined && { comment: state }),
    externalRefs: referencesOf(software, system),
    primaryPackagePurpose: purposes[software.kind],
  };
}

function referencesOf(software: Software, system: SystemFacts) {
  const purl = purlOf(software, system);
  const { cpe } = software;
  return [
    ...(purl === undefined ? [] : [reference("PACKAGE-MANAGER", "purl", purl)]),
    ...(cpe?.startsWith("cpe:2.3:") ? [reference("SECURITY", "cpe23Type", cpe)] : []),
    ...(cpe?.startsWith("cpe:/") ? [reference("SECURITY", "cpe22Type", cpe)] : []),
  ];
}

function reference(referenceCategory: string, referenceType: string, referenceLocator: string) {
  return { referenceCategory, referenceType, referenceLocator };
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

/** "Name <mail>" as maintainers are written; §7.5 has the mail in parentheses. */
function supplierOf(publisher: string): string {
  const match = /^(.*?)\s*<([^<>]+)>$/.exec(publisher);
  if (match === null) return `Organization: ${publisher}`;
  return `${/team|maintainers|developers/i.test(match[1]!) ? "Organization" : "Person"}: ${match[1]} (${match[2]})`;
}

/** Of the same content and moment the same; a URI that nobody has to serve, §6.5. */
function namespaceOf({ software, takenWallMs }: Inventory, thing: string): string {
  const content = JSON.stringify([thing, takenWallMs, software]);
  const hash = createHash("sha256").update(content).digest("hex");
  return `https://fieldwarden.invalid/spdx/${encodeURIComponent(thing)}/${hash}`;
}
