/**
 * What a program prints. It runs without a shell, with the arguments as they stand, an environment of
 * two variables, no input, a bounded output and a time limit after which its whole process group is
 * killed. Only programs in `metrics_commands` run: a configuration that gains a line gains no program.
 */
import { spawn } from "node:child_process";
import { customTypes } from "../../core/custom-value.ts";
import { extract, extractMembers, extractProblemOf } from "../parse/extract.ts";
import { defineSource, pathProblemOf, ReadingError } from "../source.ts";

/** Output above this is no metric. */
const OUTPUT_BYTES_MAX = 64 * 1024;

/** Bytes of the error output that a problem quotes. */
const STDERR_BYTES_MAX = 200;

/** Nothing of the agent's own environment: it may hold secrets. */
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

export const command = defineSource({
  name: "command",
  help: "What a program prints; it must be in `metrics_commands`, and no shell is between.",
  types: customTypes,
  members: {
    command: {
      type: "string",
      default: "",
      required: true,
      problemOf: pathProblemOf,
      help: "Absolute path of the program.",
    },
    args: { type: "list", default: [], help: "Its arguments, each as it stands." },
    ...extractMembers,
  },
  problemOf: extractProblemOf,
  open({ type, members, commandsAllowed }) {
    return async (signal) => {
      if (!commandsAllowed.includes(members.command)) {
        throw new ReadingError(`${members.command} is not in metrics_commands`);
      }
      const text = await outputOf(members.command, members.args, signal);
      try {
        return extract(text, type, members);
      } catch (error) {
        if (!(error instanceof ReadingError)) throw error;
        throw new ReadingError(`the output of ${members.command} ${error.message}`);
      }
    };
  },
});

/** All that the program writes to its standard output, once it has ended well. Throws ReadingError. */
function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its own process group, so that what it started can be killed with it.
    const child = spawn(program, [...args], {
      cwd: "/",
      env: ENVIRONMENT,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let complaint = "";

    const fail = (reason: string) => {
      killGroup(child.pid);
      // What left the group may hold them open for as long as it likes.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new ReadingError(`${program} ${reason}`));
    };
    const onAbort = () => fail("took longer than its time limit");

    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > OUTPUT_BYTES_MAX) fail(`printed more than ${OUTPUT_BYTES_MAX} bytes`);
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(0, STDERR_BYTES_MAX);
    });
    child.once("error", (error) => reject(new ReadingError(`${program}: ${error.message}`)));
    child.once("close", (code, killedBy) => {
      signal.removeEventListener("abort", onAbort);
      if (code === 0) resolve(Buffer.concat(chunks).toString("utf8"));
      const line = complaint.trim().split("\n")[0];
      const ending = code === null ? `was ended by ${killedBy}` : `left with ${code}`;
      reject(new ReadingError(`${program} ${ending}${line ? `: ${line}` : ""}`));
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}
