import { Writable } from "node:stream";
import { formats } from "../../../../agent/alerts/formats/index.ts";
import { createStdoutOutput } from "../../../../agent/alerts/outputs/stdout.ts";
import { testOutput } from "../../../contracts/alert-output.ts";
import { speaker } from "../../../fixtures/findings.ts";

testOutput("stdout", async () => {
  let text = "";
  let isClosed = false;
  const stdout = new Writable({
    write(chunk, _, done) {
      if (!isClosed) text += chunk;
      done(isClosed ? new Error("EPIPE: the reader has gone") : null);
    },
  });
  stdout.on("error", () => {});
  return {
    output: createStdoutOutput({ stdout, format: formats.finding, speaker }),
    received: async () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).finding.id),
    goAway: async () => {
      isClosed = true;
    },
    comeBack: null, // A pipe that was closed stays so.
    cleanUp: async () => {},
  };
});
