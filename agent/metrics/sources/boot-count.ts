/**
 * How often the device was booted since this metric was first read: the kernel's boot id, compared with
 * the one kept in the state folder. No file of the device holds such a count: wtmp is rotated, and
 * newer distributions keep none.
 */
import { createState } from "../parse/state.ts";
import { defineSource, ReadingError } from "../source.ts";

interface Boots {
  bootId: string;
  count: number;
}

export const bootCount = defineSource({
  name: "boot-count",
  help: "Boots since this metric was first read, from /proc/sys/kernel/random/boot_id and the state folder.",
  types: ["number"],
  members: {},
  open({ name, host, disk }) {
    const state = createState(disk, name, isBoots);
    return async () => {
      if (disk === null) throw new ReadingError("there is no state folder to count in");
      const bootId = (await host.readText("proc/sys/kernel/random/boot_id")).trim();
      const before = await state.load();
      if (before?.bootId === bootId) return before.count;
      const boots = { bootId, count: (before?.count ?? 0) + 1 };
      if (!(await state.save(boots))) throw new ReadingError("the state folder takes no writes");
      return boots.count;
    };
  },
});

function isBoots(value: unknown): value is Boots {
  const { bootId, count } = (value ?? {}) as Partial<Boots>;
  return typeof bootId === "string" && Number.isSafeInteger(count);
}
