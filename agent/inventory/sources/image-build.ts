/**
 * What the image's build left on the device. Yocto: license.manifest (COPY_LIC_MANIFEST) names every
 * package with its recipe, etc/buildinfo (image-buildinfo.bbclass) the layers. Buildroot: the
 * manifest.csv of `make legal-info`, where a post-build script put it.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { namesIn, present, textOrNull } from "../parse/read.ts";
import { stanzasOf } from "../parse/stanzas.ts";

const licenses = "usr/share/common-licenses";
const csvPaths = ["usr/share/buildroot/manifest.csv", "usr/share/legal-info/manifest.csv"];
const yoctoFields = new Set(["package name", "package version", "recipe name", "license"]);
const PACKAGES_MAX = 20_000;

export const imageBuild = defineInventorySource({
  name: "image-build",
  help: "Packages of Yocto and Buildroot images without a package manager, from their manifests.",
  async find({ host }) {
    const software = [...(await yoctoPackages(host)), ...(await buildrootPackages(host))];
    const layers = await layersOf(host);
    software.push(...layers);
    if (software.length === 0) throw new NoDataError("the image's build left no manifest");
    return { software: software.slice(0, PACKAGES_MAX) };
  },
});

async function yoctoPackages(host: Host): Promise<Software[]> {
  const folders = [licenses, ...(await namesIn(host, licenses)).map((one) => `${licenses}/${one}`)];
  const found: Software[] = [];
  for (const folder of folders) {
    const text = await textOrNull(host, `${folder}/license.manifest`);
    for (const stanza of stanzasOf(text ?? "", yoctoFields)) {
      const name = stanza.get("package name");
      if (!name) continue;
      found.push({
        source: "image-build",
        kind: "package",
        name,
        version: stanza.get("package version") ?? "",
        ...present({ license: stanza.get("license"), sourceName: stanza.get("recipe name") }),
        properties: { build: "yocto" },
      });
    }
  }
  return found;
}

/** Lines `meta-plant = main:0123abcd…` with " -- modified" where the build's tree was not clean. */
async function layersOf(host: Host): Promise<Software[]> {
  const text = (await textOrNull(host, "etc/buildinfo")) ?? (await textOrNull(host, "etc/build"));
  const found: Software[] = [];
  for (const line of (text ?? "").split("\n").slice(0, 1000)) {
    const match = /^([\w.+-]+)\s*=\s*([^\s:]+):([0-9a-f]{7,64})\b(.*)$/.exec(line);
    if (match === null) continue;
    found.push({
      source: "image-build",
      kind: "library",
      name: match[1]!,
      version: match[3]!,
      properties: { build: "yocto-layer", branch: match[2]! },
      ...present({ state: match[4]!.includes("modified") ? "modified" : undefined }),
    });
  }
  return found;
}

async function buildrootPackages(host: Host): Promise<Software[]> {
  const found: Software[] = [];
  for (const path of csvPaths) {
    for (const line of ((await textOrNull(host, path)) ?? "").split("\n").slice(1, PACKAGES_MAX)) {
      const [name, version = "", license] = cellsOf(line);
      if (!name) continue;
      found.push({
        source: "image-build",
        kind: "package",
        name,
        version,
        ...present({ license }),
        properties: { build: "buildroot" },
      });
    }
  }
  return found;
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"|([^",]+)/g)].map(
    ([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain ?? "",
  );
}
