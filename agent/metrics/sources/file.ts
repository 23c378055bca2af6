/** A file of the device: a number, a line of /proc or /sys, a JSON document, a list in lines. */
import { customTypes } from "../../core/custom-value.ts";
import { extract, extractMembers, extractProblemOf } from "../parse/extract.ts";
import { defineSource, hostPathOf, pathProblemOf, ReadingError } from "../source.ts";

export const file = defineSource({
  name: "file",
  help: "A file, also of /proc and /sys: all of it, what a regular expression finds, or a JSON path.",
  types: customTypes,
  members: {
    path: {
      type: "string",
      default: "",
      required: true,
      problemOf: pathProblemOf,
      help: "Absolute path of the file, below `root`.",
    },
    ...extractMembers,
  },
  problemOf: extractProblemOf,
  open({ host, type, members }) {
    return async () => {
      const text = await host.readText(hostPathOf(members.path));
      try {
        return extract(text, type, members);
      } catch (error) {
        if (!(error instanceof ReadingError)) throw error;
        throw new ReadingError(`${members.path} ${error.message}`);
      }
    };
  },
});
