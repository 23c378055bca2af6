/**
 * Techniques of MITRE ATT&CK for ICS that our rules and Device Defender's metrics point to. The ids
 * change with releases (18 had none below a technique; 20 has), so each name goes out with the
 * version that it was read from.
 */
export const ATTACK_ICS_VERSION = "18.1";

export interface Technique {
  id: string;
  /** Null for an id that this version, or this table, does not have. */
  name: string | null;
  version: string;
  /** The page of that very version. */
  url: string;
}

const names: Readonly<Record<string, string>> = {
  T0800: "Activate Firmware Update Mode",
  T0803: "Block Command Message",
  T0804: "Block Reporting Message",
  T0806: "Brute Force I/O",
  T0812: "Default Credentials",
  T0814: "Denial of Service",
  T0815: "Denial of View",
  T0816: "Device Restart/Shutdown",
  T0830: "Adversary-in-the-Middle",
  T0831: "Manipulation of Control",
  T0836: "Modify Parameter",
  T0839: "Module Firmware",
  T0840: "Network Connection Enumeration",
  T0842: "Network Sniffing",
  T0843: "Program Download",
  T0845: "Program Upload",
  T0846: "Remote System Discovery",
  T0847: "Replication Through Removable Media",
  T0848: "Rogue Master",
  T0851: "Rootkit",
  T0855: "Unauthorized Command Message",
  T0856: "Spoof Reporting Message",
  T0857: "System Firmware",
  T0858: "Change Operating Mode",
  T0859: "Valid Accounts",
  T0861: "Point & Tag Identification",
  T0866: "Exploitation of Remote Services",
  T0867: "Lateral Tool Transfer",
  T0869: "Standard Application Layer Protocol",
  T0872: "Indicator Removal on Host",
  T0878: "Alarm Suppression",
  T0881: "Service Stop",
  T0882: "Theft of Operational Information",
  T0883: "Internet Accessible Device",
  T0884: "Connection Proxy",
  T0885: "Commonly Used Port",
  T0886: "Remote Services",
  T0888: "Remote System Information Discovery",
  T0889: "Modify Program",
  T0890: "Exploitation for Privilege Escalation",
  T0895: "Autorun Image",
};

/** A technique, or since version 20 a part of one: "T0846", "T0846.001". */
export const isTechniqueId = (id: string): boolean => /^T\d{4}(\.\d{3})?$/.test(id);

export const techniqueIds: readonly string[] = Object.keys(names);

export function techniqueOf(id: string): Technique {
  const major = ATTACK_ICS_VERSION.split(".")[0];
  return {
    id,
    name: names[id] ?? null,
    version: ATTACK_ICS_VERSION,
    url: `https://attack.mitre.org/versions/v${major}/techniques/${id}/`,
  };
}
