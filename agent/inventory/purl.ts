import { PackageURL } from "packageurl-js";
import type { Software, SystemFacts } from "../core/inventory.ts";

type System = Pick<SystemFacts, "osId" | "osVersion">;

/**
 * The Package URL of a piece of software (ECMA-427), or undefined where it has no such name. Types
 * that are not registered (opkg, snap, flatpak, firmware) are "generic": pkg:opkg is only proposed.
 */
export function purlOf(software: Software, system: System): string | undefined {
  if (software.kind === "operating-system") return undefined;
  const { type, namespace, version, qualifiers } = partsOf(software, system);
  try {
    return new PackageURL(
      type,
      namespace || undefined,
      software.name,
      version || undefined,
      qualifiers,
      undefined,
    ).toString();
  } catch {
    return undefined; // A name that no type takes: hostile, or broken.
  }
}

interface Parts {
  type: string;
  namespace?: string | undefined;
  version: string;
  qualifiers?: Record<string, string>;
}

function partsOf(software: Software, { osId = "", osVersion = "" }: System): Parts {
  const { version, architecture: arch = "", group } = software;
  const distro = osId === "" ? "" : `${osId}${osVersion === "" ? "" : `-${osVersion}`}`;
  const ofSystem = { ...(arch && { arch }), ...(distro && { distro }) };
  switch (software.source) {
    case "dpkg":
      return { type: "deb", namespace: osId || "debian", version, qualifiers: ofSystem };
    case "apk":
      return { type: "apk", namespace: osId || "alpine", version, qualifiers: ofSystem };
    case "rpm": {
      // The type's definition keeps the epoch out of the version.
      const epoch = /^(\d+):/.exec(version)?.[1];
      const qualifiers = { ...ofSystem, ...(epoch !== undefined && { epoch }) };
      return { type: "rpm", namespace: osId, version: version.replace(/^\d+:/, ""), qualifiers };
    }
    case "python":
      return { type: "pypi", version };
    case "npm":
      return { type: "npm", namespace: group, version };
    case "go":
      return { type: "golang", namespace: group, version };
    case "java":
      if (group !== undefined) return { type: "maven", namespace: group, version };
      break;
  }
  return { type: "generic", version, ...(arch && { qualifiers: { arch } }) };
}
