/**
 * One walk over the folders where software lies, for all sources that find theirs by what files are
 * called. Links are not followed: what they lead to is found where it lies, and loops end nothing.
 */
import type { Host } from "../core/host.ts";
import type { SoftwareTree } from "../core/inventory.ts";
import { entriesIn } from "./parse/read.ts";

/** A gateway has a few thousand folders; a desktop with compilers 20,000. */
export const TREE_FOLDERS_MAX = 20_000;
export const TREE_DEPTH_MAX = 24;
/** Paths kept of one kind. */
export const TREE_PATHS_MAX = 20_000;

const roots = ["usr", "opt", "srv", "home", "root", "var/opt", "var/lib", "app", "data"];
/** Much to walk and nothing to find. */
const skipped = new Set([
  "usr/include",
  "usr/src",
  "usr/share/doc",
  "usr/share/icons",
  "usr/share/locale",
  "usr/share/man",
  "usr/share/zoneinfo",
  "usr/lib/modules",
  "usr/lib/firmware",
  "var/lib/apt",
  "var/lib/containerd",
  "var/lib/containers",
  "var/lib/docker",
  "var/lib/dpkg",
  "var/lib/flatpak",
  "var/lib/snapd",
]);
const programFolder = /(^|\/)(s?bin|libexec)$/;
const plcSuffix = /\.(app|st|xml|project|projectarchive)$/;
const plcFolder = /codesys|plclogic|openplc|plcnext|twincat/i;

export async function walkSoftware(host: Host): Promise<SoftwareTree> {
  const found = {
    pythonInfos: [] as string[],
    nodeManifests: [] as string[],
    archives: [] as string[],
    programs: [] as string[],
    plcFiles: [] as string[],
  };
  let complete = true;
  const keep = (list: string[], path: string) => {
    if (list.length < TREE_PATHS_MAX) list.push(path);
    else complete = false;
  };
  const pending = [...roots, "bin", "sbin"].reverse();
  for (let folders = 0; pending.length > 0; folders++) {
    if (folders === TREE_FOLDERS_MAX) {
      complete = false;
      break;
    }
    const folder = pending.pop()!;
    const below: string[] = [];
    for (const { name, kind } of await entriesIn(host, folder)) {
      const path = `${folder}/${name}`;
      if (/\.(dist|egg)-info$/.test(name)) keep(found.pythonInfos, path);
      else if (kind === "folder") {
        if (skipped.has(path) || name === ".git") continue;
        if (path.split("/").length <= TREE_DEPTH_MAX) below.push(path);
        else complete = false;
      } else if (kind === "file") {
        if (name === "package.json" && isNodePackage(folder)) keep(found.nodeManifests, path);
        else if (/\.[jwe]ar$/.test(name)) keep(found.archives, path);
        else if (plcSuffix.test(name) && plcFolder.test(folder)) keep(found.plcFiles, path);
        else if (isProgram(folder, name)) keep(found.programs, path);
      }
    }
    pending.push(...below.reverse());
  }
  return { ...found, complete };
}

/** …/node_modules/NAME, …/node_modules/@SCOPE/NAME, and Debian's usr/share/nodejs/NAME. */
function isNodePackage(folder: string): boolean {
  return /(\/node_modules|^usr\/share\/nodejs)\/(@[^/]+\/)?[^/@][^/]*$/.test(folder);
}

function isProgram(folder: string, name: string): boolean {
  if (programFolder.test(folder)) return true;
  return /^(opt|srv|app|data|var\/opt)\//.test(`${folder}/`) && !name.includes(".");
}
