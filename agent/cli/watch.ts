import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { createInteractions } from "../traffic/interactions.ts";
import { type ArgValues, type Io, parseVerbArgs, type Verb } from "./verb.ts";
import { assetsOptionsOf, createAssetsObserver } from "./watch/assets.ts";
import { createFindingsObserver } from "./watch/findings.ts";
import { createFlowFiles } from "./watch/flow-files.ts";
import { writeJson } from "./watch/json.ts";
import type { PlantObserver } from "./watch/observer.ts";
import { type Source, sourceOf } from "./watch/sources.ts";
import { summaryLines } from "./watch/text.ts";

const FILES_MAX = 1000;

export const watch: Verb = {
  name: "watch",
  summary: "Read plant traffic: who talks to whom, by which protocol, with which commands.",
  help: `Usage: fieldwarden watch (--pcap FILE… | --interface IF | --zeek DIR) [--baseline FILE [--learn]]
                         [--assets] [--conn-log FILE] [--flow-log FILE] [--json]

  --pcap FILE…     Captures, pcap or pcapng, read one after the other as one.
  --interface IF   What passes by there, until Ctrl-C; tcpdump or dumpcap captures it.
  --zeek DIR       JSON logs of Zeek: conn, modbus, dnp3, notice; of ICSNPP modbus_detailed, s7comm, cip.
  --filter BPF     With --interface: only these packets, in tcpdump's words.
  --snap-bytes N   With --interface: of each packet so much at most [65535].
  --baseline FILE  What is normal: what is not is found, and kept in FILE for \`baseline diff\`.
  --learn          Take this traffic for normal, beside what FILE has already. An attack in it is
                   normal then: \`baseline show FILE\` names what looks like one.
  --assets         Also the devices that spoke: maker, product, firmware, serial number, role.
  --format FORMAT  Print the assets alone: json, csv, cyclonedx (1.6, hardware), ocsf (Device Inventory
                   Info, a line for each) or netbox (YAML for its bulk import).
  --conn-log FILE  A line for each flow as Zeek's conn.log has it, in JSON.
  --flow-log FILE  A line for each direction of each flow as AWS VPC Flow Logs have it (version 2).
  --json           One object with all that was counted, and the findings.

Exit 1 when something was found, 65 for a file that is no capture or is damaged (what was read until
there is printed), 66 for a missing file or interface, 69 without tcpdump and dumpcap, 77 when they may
not capture, 78 for a file that is no baseline.

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
      interface: { type: "string" },
      zeek: { type: "string" },
      filter: { type: "string" },
      "snap-bytes": { type: "string" },
      "conn-log": { type: "string" },
      "flow-log": { type: "string" },
    } as const;
    const { values, positionals } = parseVerbArgs(io.args, own, FILES_MAX);
    const source = sourceOf(values, positionals);
    const assets = assetsOptionsOf(values);
    const observers: PlantObserver[] = [
      ...(assets === null ? [] : [await createAssetsObserver(assets, io)]),
      await createFindingsObserver({
        path: baselineOf(values),
        isLearning: values.learn === true,
      }),
      ...createFlowFiles(values),
    ];
    return follow(io, source, observers, values.json === true);
  },
};

async function follow(
  io: Io,
  source: Source,
  observers: readonly PlantObserver[],
  isJson: boolean,
): Promise<ExitCode> {
  const interactions = createInteractions();
  const {
    summary,
    code,
    members: own,
  } = await source(io, (observation) => {
    interactions.observe(observation);
    for (const observer of observers) observer.observe(observation);
  });
  for (const observer of observers) await observer.close?.();
  const documents = observers.flatMap((observer) => observer.document?.() ?? []);
  if (documents.length > 0) {
    io.stdout.write(documents.join(""));
  } else if (isJson) {
    const members = observers.map((observer) => observer.members?.() ?? {});
    await writeJson(
      io.stdout,
      summary,
      Object.assign({ interactions: interactions.rows(), ...own }, ...members),
    );
  } else {
    const lines = [
      ...summaryLines(summary, interactions.rows()),
      ...observers.flatMap((observer) => observer.lines?.() ?? []),
    ];
    io.stdout.write(lines.map(shown).join(""));
  }
  if (code !== ExitCode.ok) return code;
  return observers.some((observer) => observer.hasFindings?.()) ? ExitCode.findings : ExitCode.ok;
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

/** What came from the network does not steer the terminal. */
const shown = (line: string): string => `${line.replace(/\p{Cc}/gu, "�")}\n`;
