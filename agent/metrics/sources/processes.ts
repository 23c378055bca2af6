/** How many processes run, by name or command line, from proc/PID/comm and proc/PID/cmdline. */
import { matcherOf } from "../../core/glob.ts";
import { commandLineOf, processIdsOf, processNameOf } from "../parse/process-list.ts";
import { defineSource, ReadingError } from "../source.ts";

export const processes = defineSource({
  name: "processes",
  help: "How many processes run whose name or command line matches, from /proc.",
  types: ["number"],
  members: {
    process: {
      type: "string",
      default: "*",
      help: "Name of the process, of which the kernel keeps 15 characters; * stands for anything.",
    },
    command_line: {
      type: "string",
      default: "*",
      help: "Program and arguments between spaces; * stands for anything.",
    },
  },
  open({ host, members }) {
    const isName = matcherOf([members.process]);
    const isCommandLine = matcherOf([members.command_line]);
    return async () => {
      const ids = await processIdsOf(host);
      // Process 1 is always there, so without it others are hidden too: a count would be too small.
      if (!ids.includes(1)) {
        throw new ReadingError("processes of other users are hidden (hidepid, ProtectProc)");
      }
      let count = 0;
      for (const id of ids) {
        const name = await processNameOf(host, id);
        if (name === null || !isName(name)) continue;
        if (members.command_line !== "*") {
          const commandLine = await commandLineOf(host, id);
          if (commandLine === null || !isCommandLine(commandLine)) continue;
        }
        count++;
      }
      return count;
    };
  },
});
