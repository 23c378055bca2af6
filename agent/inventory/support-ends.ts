/**
 * Until when a system is supported, without a network: what it says itself (SUPPORT_END), then what
 * its own distro-info package knows, then this table. Days are those of the vendor's free security
 * support for everyone, as published by November 2026; paid extensions are not in it.
 */
const ends: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // https://wiki.debian.org/LTS: the LTS team's days, which are later than the security team's.
  debian: { "9": "2022-06-30", "10": "2024-06-30", "11": "2026-08-31", "12": "2028-06-30" },
  // https://ubuntu.com/about/release-cycle: standard support.
  ubuntu: {
    "16.04": "2021-04-30",
    "18.04": "2023-05-31",
    "20.04": "2025-05-31",
    "22.04": "2027-04-30",
    "24.04": "2029-05-31",
  },
  // https://alpinelinux.org/releases/
  alpine: {
    "3.16": "2024-05-23",
    "3.17": "2024-11-22",
    "3.18": "2025-05-09",
    "3.19": "2025-11-01",
    "3.20": "2026-04-01",
    "3.21": "2026-11-01",
    "3.22": "2027-05-01",
  },
  // https://openwrt.org/docs/guide-developer/security
  openwrt: { "19.07": "2022-04-30", "21.02": "2023-05-31", "22.03": "2024-04-30" },
  centos: { "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31" },
};

interface Known {
  id: string;
  version: string;
  /** SUPPORT_END of os-release(5). */
  said: string | undefined;
  /** Text of usr/share/distro-info/ID.csv, from the device. */
  table: string | null;
}

const day = /^\d{4}-\d{2}-\d{2}$/;

export function supportEndOf({ id, version, said, table }: Known) {
  if (said !== undefined && day.test(said)) return { day: said, source: "os-release" };
  const known = table === null ? null : endInTable(table, version);
  if (known !== null) return { day: known, source: "distro-info" };
  const releases = Object.hasOwn(ends, id) ? ends[id]! : {};
  // "3.20.3" of Alpine and "22.03.5" of OpenWrt are of their first two numbers.
  for (const name of [version, /^\d+\.\d+/.exec(version)?.[0], /^\d+/.exec(version)?.[0]]) {
    if (name !== undefined && Object.hasOwn(releases, name)) {
      return { day: releases[name]!, source: "table" };
    }
  }
  return null;
}

/** A line a release: version,codename,series,created,release,eol,eol-lts,…; "22.04 LTS" in Ubuntu's. */
function endInTable(table: string, version: string): string | null {
  const [head = "", ...lines] = table.split("\n");
  const columns = head.split(",");
  const line = lines.map((one) => one.split(",")).find(([name]) => name?.split(" ")[0] === version);
  const valueIn = (column: string) => line?.[columns.indexOf(column)] ?? "";
  const found = ["eol-lts", "eol"].map(valueIn).find((value) => day.test(value));
  return found ?? null;
}
