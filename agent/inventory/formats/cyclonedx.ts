/** CycloneDX 1.6 as JSON, through the project's own library: software as components, hardware as devices. */
import { createHash } from "node:crypto";
import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import * as Serialize from "@cyclonedx/cyclonedx-library/Serialize";
import * as Spec from "@cyclonedx/cyclonedx-library/Spec";
import * as Types from "@cyclonedx/cyclonedx-library/Types";
import {
  defineInventoryFormat,
  type Hardware,
  type Inventory,
  type InventorySpeaker,
  type Software,
  type SoftwareKind,
} from "../../core/inventory.ts";
import { purlOf } from "../purl.ts";
import { spdxIdOf } from "./license.ts";

/** The schema's own bound of a version. */
const VERSION_CHARS_MAX = 1024;

const types: Readonly<Record<SoftwareKind, Enums.ComponentType>> = {
  "operating-system": Enums.ComponentType.OperatingSystem,
  kernel: Enums.ComponentType.OperatingSystem,
  "kernel-module": Enums.ComponentType.DeviceDriver,
  firmware: Enums.ComponentType.Firmware,
  package: Enums.ComponentType.Application,
  library: Enums.ComponentType.Library,
  application: Enums.ComponentType.Application,
  container: Enums.ComponentType.Container,
  "plc-program": Enums.ComponentType.File,
};

export const cyclonedx = defineInventoryFormat({
  name: "cyclonedx",
  contentType: "application/vnd.cyclonedx+json; version=1.6",
  encode(inventory, speaker) {
    const bom = bomOf(inventory, speaker);
    const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
    return new Serialize.JsonSerializer(factory).serialize(bom);
  },
});

function bomOf(inventory: Inventory, speaker: InventorySpeaker): Models.Bom {
  const { software, hardware, system, takenWallMs } = inventory;
  const bom = new Models.Bom({ serialNumber: serialNumberOf(inventory, speaker) });
  bom.metadata.timestamp = new Date(takenWallMs);
  bom.metadata.lifecycles.add(new Models.NamedLifecycle("operations"));
  bom.metadata.tools.components.add(
    new Models.Component(Enums.ComponentType.Application, "Fieldwarden", {
      version: speaker.version,
    }),
  );
  const device = new Models.Component(Enums.ComponentType.Device, speaker.thing, {
    bomRef: "device",
    ...(system.model !== undefined && { description: system.model }),
    ...(system.vendor !== undefined && { publisher: system.vendor }),
    properties: propertiesOf(system),
  });
  bom.metadata.component = device;
  const refs = new Map<string, number>();
  const add = (component: Models.Component, wanted: string) => {
    const count = refs.get(wanted) ?? 0;
    refs.set(wanted, count + 1);
    component.bomRef.value = count === 0 ? wanted : `${wanted}#${count}`;
    bom.components.add(component);
    device.dependencies.add(component.bomRef);
  };
  for (const one of software) {
    const purl = purlOf(one, system);
    add(softwareComponentOf(one, purl), purl ?? `${one.source}:${one.name}@${one.version}`);
  }
  for (const one of hardware) add(deviceComponentOf(one), `hardware:${one.kind}:${one.name}`);
  return bom;
}

function softwareComponentOf(software: Software, purl: string | undefined): Models.Component {
  const { name, version, group, publisher, summary, license, cpe, homepage, sha256 } = software;
  const component = new Models.Component(types[software.kind], name, {
    version: version.slice(0, VERSION_CHARS_MAX),
    ...(group !== undefined && { group }),
    ...(publisher !== undefined && { publisher }),
    ...(summary !== undefined && { description: summary }),
    ...(purl !== undefined && { purl }),
    ...(Types.isCPE(cpe) && { cpe }),
  });
  if (license !== undefined) {
    const id = spdxIdOf(license);
    component.licenses.add(
      id === undefined ? new Models.NamedLicense(license) : new Models.SpdxLicense(id),
    );
  }
  if (homepage !== undefined && URL.canParse(homepage)) {
    const kind = Enums.ExternalReferenceType.Website;
    component.externalReferences.add(new Models.ExternalReference(new URL(homepage), kind));
  }
  if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256)) {
    component.hashes.set(Enums.HashAlgorithm["SHA-256"], sha256);
  }
  const { source, architecture, path, state, sourceName, sourceVersion, section } = software;
  component.properties = propertiesOf({
    source,
    architecture,
    path,
    state,
    sourceName,
    sourceVersion,
    section,
    ...software.properties,
  });
  return component;
}

function deviceComponentOf({ kind, name, model, vendor, ...rest }: Hardware): Models.Component {
  const { serial, revision, driver, properties } = rest;
  return new Models.Component(Enums.ComponentType.Device, model ?? name, {
    ...(vendor !== undefined && { publisher: vendor }),
    ...(revision !== undefined && { version: revision.slice(0, VERSION_CHARS_MAX) }),
    properties: propertiesOf({ kind, name, serial, driver, ...properties }),
  });
}

/** Under a namespace of ours, as the property taxonomy asks. */
function propertiesOf(values: object): Models.PropertyRepository {
  const properties = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : new Models.Property(`fieldwarden:${name}`, String(value)),
  );
  return new Models.PropertyRepository(properties);
}

/** The same inventory of the same moment has the same number: a UUID of version 8 over its content. */
function serialNumberOf(
  { software, hardware, takenWallMs }: Inventory,
  { thing }: InventorySpeaker,
) {
  const hash = createHash("sha256").update(`${thing} ${takenWallMs}`);
  for (const one of [...software, ...hardware]) hash.update(JSON.stringify(one));
  const hex = hash.digest("hex");
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
