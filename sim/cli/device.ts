import { ExitCode } from "../../agent/core/errors.ts";
import { systemClock } from "../../agent/world/clock-system.ts";
import { writeDevice } from "../emulator/pki-files.ts";
import { parseVerbArgs, textOption, usageError, type Verb } from "./verb.ts";

export const device: Verb = {
  name: "device",
  summary: "Make a thing: its certificate and key for the local cloud.",
  help: `Usage: fieldwarden-sim device NAME --dir DIR

Writes DIR/NAME.crt.pem and DIR/NAME.key.pem (EC P-256, mode 0600), signed by the CA in DIR, and prints
their paths as JSON. The CA is made on first use; a cloud that runs on DIR takes the thing at once.

  --dir DIR   The cloud's folder.

Example: fieldwarden-sim device press-07 --dir ./cloud
`,
  async run({ args, stdout }) {
    const { values, positionals } = parseVerbArgs(args, { dir: { type: "string" } }, 1);
    const [thing] = positionals;
    if (thing === undefined) throw usageError("the thing's NAME is missing");
    const files = await writeDevice(textOption(values, "dir"), thing, systemClock);
    stdout(`${JSON.stringify({ thing, ...files })}\n`);
    return ExitCode.ok;
  },
};
