/**
 * Java archives: the Maven coordinates in them, also of what was shaded into one; without any, the
 * manifest or the file's name. Archives within archives are named by their file name.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Software } from "../../core/inventory.ts";
import { assignmentsOf } from "../parse/ini.ts";
import { orNull, present } from "../parse/read.ts";
import { stanzasOf } from "../parse/stanzas.ts";
import { type ZipMember, zipMembers } from "../parse/zip.ts";

const ARCHIVES_MAX = 2000;
const MEMBERS_MAX = 500;
const manifestFields = new Set(
  "implementation-title implementation-version implementation-vendor bundle-symbolicname bundle-version".split(
    " ",
  ),
);

export const java = defineInventorySource({
  name: "java",
  help: "Java archives, from the pom.properties and the manifest in .jar, .war and .ear files.",
  async find({ host, tree }) {
    const { archives } = await tree();
    if (archives.length === 0) throw new NoDataError("no Java archive is on this device");
    const software: Software[] = [];
    for (const path of archives.slice(0, ARCHIVES_MAX)) {
      software.push(...(await softwareIn(host, path)));
    }
    return { software };
  },
});

async function softwareIn(host: Host, path: string): Promise<Software[]> {
  const members = (await orNull(zipMembers(host, path))) ?? [];
  const found: Software[] = [];
  const poms = members.filter(({ name }) => /^META-INF\/maven\/.*\/pom\.properties$/.test(name));
  for (const pom of poms.slice(0, MEMBERS_MAX)) {
    const values = assignmentsOf((await pom.text()) ?? "");
    const name = values.get("artifactId");
    if (!name) continue;
    found.push({
      ...softwareOf(path, name, values.get("version") ?? ""),
      ...present({ group: values.get("groupId") }),
    });
  }
  if (found.length === 0) found.push(await namedByManifest(path, members));
  const inner = members.filter(({ name }) => /\.jar$/.test(name)).slice(0, MEMBERS_MAX);
  for (const { name } of inner) found.push(namedByFile(`${path}!/${name}`, name));
  return found;
}

async function namedByManifest(path: string, members: readonly ZipMember[]): Promise<Software> {
  const manifest = members.find(({ name }) => name === "META-INF/MANIFEST.MF");
  const [fields] = stanzasOf((await manifest?.text()) ?? "", manifestFields);
  const byFile = namedByFile(path, path);
  const version = fields?.get("implementation-version") ?? fields?.get("bundle-version");
  return {
    ...byFile,
    name: fields?.get("bundle-symbolicname")?.split(";")[0] || byFile.name,
    version: version ?? byFile.version,
    ...present({
      publisher: fields?.get("implementation-vendor"),
      summary: fields?.get("implementation-title"),
    }),
  };
}

/** "log4j-core-2.14.1.jar" */
function namedByFile(path: string, file: string): Software {
  const base = file
    .split("/")
    .at(-1)!
    .replace(/\.[jwe]ar$/, "");
  const match = /^(.+?)-(\d[\w.+-]*)$/.exec(base);
  return softwareOf(path, match?.[1] ?? (base || "archive"), match?.[2] ?? "");
}

function softwareOf(path: string, name: string, version: string): Software {
  return { source: "java", kind: "library", name, version, path };
}
