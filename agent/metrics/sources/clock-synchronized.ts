/**
 * 1 when the wall clock is set by NTP, 0 when not: systemd-timesyncd makes the file
 * /run/systemd/timesync/synchronized at its first success (systemd-timesyncd.service(8)). chrony and ntpd
 * keep no such file; the kernel's own answer, adjtimex(2), is a system call that no file shows.
 */
import { HostError } from "../../core/host.ts";
import { defineSource, ReadingError } from "../source.ts";

export const clockSynchronized = defineSource({
  name: "clock-synchronized",
  help: "1 when systemd-timesyncd has set the clock since the boot, 0 when not.",
  types: ["number"],
  members: {},
  open({ host }) {
    return async () => {
      try {
        return (await host.list("run/systemd/timesync")).includes("synchronized") ? 1 : 0;
      } catch (error) {
        if (!(error instanceof HostError) || error.code !== "missing") throw error;
        throw new ReadingError("systemd-timesyncd does not run here");
      }
    };
  },
});
