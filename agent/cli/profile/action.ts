import type { ExitCode } from "../../core/errors.ts";
import type { Io } from "../verb.ts";

/** What `profile` does, one file each: `profile NAME …`. */
export interface ProfileAction {
  name: string;
  /** Its arguments, as the usage line shows them. */
  usage: string;
  /** What it does, in lines of at most 80 characters. */
  help: readonly string[];
  example: string;
  /** `io.args` are those after the action's name. */
  run(io: Io): Promise<ExitCode>;
}
