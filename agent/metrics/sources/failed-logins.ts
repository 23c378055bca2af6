/**
 * Failed logins since the last reading. Two files tell of them: the text log of sshd, login and PAM
 * (/var/log/auth.log on Debian, /var/log/secure on Red Hat), and /var/log/btmp, records of utmp(5) that login and
 * sshd append. Devices keep one, both or, where only the journal is kept, neither; the journal's
 * binary files are not read here (`command` with journalctl can be).
 *
 * Where a text log is there it alone is counted, since both tell of the same logins.
 */
import { type Host, HostError } from "../../core/host.ts";
import { createLogTail, type LogTail } from "../parse/log-tail.ts";
import { defineSource, hostPathOf, pathProblemOf, ReadingError } from "../source.ts";

/** sizeof(struct utmp) on Linux, 32-bit and 64-bit alike; utmp(5). */
const UTMP_RECORD_BYTES = 384;

const TEXT_LOGS = ["var/log/auth.log", "var/log/secure"];
const BTMP = "var/log/btmp";

/**
 * One line for each failed attempt, and none of the lines that PAM adds to it ("authentication
 * failure", "Invalid user" before "Failed password for invalid user").
 */
const failurePattern =
  /sshd(-session)?\[\d+\]: Failed (password|publickey|keyboard-interactive\S*|none|hostbased) for |login\[\d+\]: FAILED LOGIN|dropbear\[\d+\]: (Bad password attempt|Login attempt for nonexistent user)|sudo(\[\d+\])?: .*\bincorrect password attempts?\b|su(\[\d+\])?: FAILED SU /i;

export const failedLogins = defineSource({
  name: "failed-logins",
  help: "Failed logins since the last reading, from auth.log or secure, else from btmp.",
  types: ["number"],
  members: {
    path: {
      type: "string",
      default: "",
      problemOf: pathProblemOf,
      help: "Log to read; a name that ends in btmp is in its format. Empty: the first that is there.",
    },
  },
  open({ host, members }) {
    let log: { tail: LogTail; path: string; isBtmp: boolean } | null = null;
    return async () => {
      if (log === null) {
        const path = members.path === "" ? await logOf(host) : hostPathOf(members.path);
        const isBtmp = path.endsWith("btmp");
        log = { tail: createLogTail(host, path, isBtmp ? UTMP_RECORD_BYTES : 0), path, isBtmp };
      }
      const { tail, path, isBtmp } = log;
      const gained = await tail.read();
      if (gained === null) return null;
      if (gained.skipped > 0) {
        throw new ReadingError(
          `/${path} grew by more than can be read: ${gained.skipped} bytes unread`,
        );
      }
      return isBtmp ? gained.bytes.length / UTMP_RECORD_BYTES : failuresIn(gained.bytes);
    };
  },
});

export function failuresIn(bytes: Uint8Array): number {
  const lines = new TextDecoder().decode(bytes).split("\n");
  return lines.filter((line) => failurePattern.test(line)).length;
}

async function logOf(host: Host): Promise<string> {
  let denied: HostError | null = null;
  for (const path of [...TEXT_LOGS, BTMP]) {
    try {
      await host.readAt(path, 0, 1);
      return path;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      if (error.code !== "missing") denied ??= error;
    }
  }
  throw (
    denied ??
    new ReadingError("there is no /var/log/auth.log, secure or btmp: only the journal may know")
  );
}
