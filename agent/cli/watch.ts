import { randomBytes } from "node:crypto";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { createInteractions } from "../traffic/interactions.ts";
import { createPlantTraffic, type PlantTraffic } from "../traffic/plant.ts";
import type { CaptureProblem } from "../traffic/sources/capture-format.ts";
import { readCaptureFile } from "../traffic/sources/pcap-file.ts";
import { createPlantSummary } from "../traffic/summary.ts";
import { systemClock } from "../world/clock-system.ts";
import { type ArgValues, type Io, parseVerbArgs, type Verb } from "./verb.ts";
import { assetsOptionsOf, createAssetsObserver } from "./watch/assets.ts";
import { createFindingsObserver } from "./watch/findings.ts";
import { writeJson } from "./watch/json.ts";
import type { PlantObserver } from "./watch/observer.ts";
import { createProgress } from "./watch/progress.ts";
import { summaryLines } from "./watch/text.ts";

const FILES_MAX = 1000;

export const watch: Verb = {
  name: "watch",
  summary: "Read plant traffic: who talks to whom, by which protocol, with which commands.",
  help: `Usage: fieldwarden watch --pcap FILE… [--baseline FILE [--learn]] [--assets] [--json]

  --pcap FILE…     Captures, pcap or pcapng, read one after the other as one.
  --baseline FILE  What is normal: what is not is found, and kept in FILE for \`baseline diff\`.
  --learn          Take this traffic for normal, beside what FILE has already. An attack in it is
                   normal then: \`baseline show FILE\` names what looks like one.
  --assets         Also the devices that spoke: maker, product, firmware, serial number, role.
  --format FORMAT  Print the assets alone: json, csv, cyclonedx (1.6, hardware), ocsf (Device Inventory
                   Info, a line for each) or netbox (YAML for its bulk import).
  --json           One object with all that was counted, and the findings.

Exit 1 when something was found, 65 for a file that is no capture or is damaged (what was read until
there is printed), 66 for a missing file, 78 for a file that is no baseline.

Example: fieldwarden watch --pcap line-4.pcap --json`,
  takesConfig: false,
  async run(io) {
    const own = {
      pcap: { type: "string", multiple: true },
      json: { type: "boolean" },
      baseline: { type: "string" },
      learn: { type: "boolean" },
      assets: { type: "boolean" },
      format: { type: "string" },
    } as const;
    const { values, positionals } = parseVerbArgs(io.args, own, FILES_MAX);
    const files = filesOf(values, positionals);
    const assets = assetsOptionsOf(values);
    const observers: PlantObserver[] = [
      ...(assets === null ? [] : [await createAssetsObserver(assets, io)]),
      await createFindingsObserver({
        path: baselineOf(values),
        isLearning: values.learn === true,
      }),
    ];
    return follow(io, files, observers, values.json === true);
  },
};

async function follow(
  io: Io,
  files: readonly string[],
  observers: readonly PlantObserver[],
  isJson: boolean,
): Promise<ExitCode> {
  const summary = createPlantSummary(randomBytes(4).readInt32LE());
  const interactions = createInteractions();
  const traffic = createPlantTraffic(await io.loadCore(), {
    hashKey: randomBytes(8),
    visitor: summary,
    onObservation(observation) {
      interactions.observe(observation);
      for (const observer of observers) observer.observe(observation);
    },
  });
  let code: ExitCode = ExitCode.ok;
  for (const file of files) {
    const problem = await readFile(file, traffic, io);
    if (problem === undefined) continue;
    io.stderr(`fieldwarden: ${file}: ${problemText(problem)}\n`);
    code = ExitCode.badData;
  }
  traffic.finish();
  for (const observer of observers) await observer.close?.();
  const result = summary.summary(traffic.totals);
  const documents = observers.flatMap((observer) => observer.document?.() ?? []);
  if (documents.length > 0) {
    io.stdout.write(documents.join(""));
  } else if (isJson) {
    const members = observers.map((observer) => observer.members?.() ?? {});
    await writeJson(
      io.stdout,
      result,
      Object.assign({ interactions: interactions.rows() }, ...members),
    );
  } else {
    const lines = [
      ...summaryLines(result, interactions.rows()),
      ...observers.flatMap((observer) => observer.lines?.() ?? []),
    ];
    io.stdout.write(lines.map(shown).join(""));
  }
  if (code !== ExitCode.ok) return code;
  return observers.some((observer) => observer.hasFindings?.()) ? ExitCode.findings : ExitCode.ok;
}

async function readFile(
  file: string,
  traffic: PlantTraffic,
  io: Io,
): Promise<CaptureProblem | undefined> {
  const { monotonicMs } = systemClock;
  const progress = io.isTerminal ? createProgress(file, io.stderr, monotonicMs) : undefined;
  try {
    return await readCaptureFile(file, traffic, {
      stop: io.stop,
      ...(progress && { progress }),
    });
  } catch (error) {
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall === undefined) {
      throw error;
    }
    throw new FieldwardenError(ExitCode.noInput, `cannot read ${file}: ${error.message}`, "");
  } finally {
    progress?.end();
  }
}

/** `--pcap a.pcap b.pcap` as a shell's `*` gives it, and `--pcap a.pcap --pcap b.pcap`. */
function filesOf(values: ArgValues, positionals: readonly string[]): string[] {
  const named = (values.pcap ?? []) as string[];
  if (named.length > 0) return [...named, ...positionals];
  throw new FieldwardenError(
    ExitCode.usage,
    positionals.length > 0 ? `${positionals[0]}: what is it?` : "watch needs --pcap FILE",
    "Say --pcap before the files; `--help` has an example.",
  );
}

function baselineOf({ baseline, learn }: ArgValues): string | null {
  if (typeof baseline === "string") return baseline;
  if (learn !== true) return null;
  throw new FieldwardenError(
    ExitCode.usage,
    "watch --learn needs --baseline FILE",
    "What is learnt goes to FILE.",
  );
}

function problemText({ kind, atByte }: CaptureProblem): string {
  if (kind === "not-a-capture") return "this is no capture in pcap or pcapng format";
  return kind === "truncated"
    ? `ends within the record at byte ${atByte}; what was read before it counts`
    : `is damaged at byte ${atByte}; what was read before it counts`;
}

/** What came from the network does not steer the terminal. */
const shown = (line: string): string => `${line.replace(/\p{Cc}/gu, "�")}\n`;
