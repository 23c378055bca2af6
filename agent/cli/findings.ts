import { type Chain, chainOf, type Fault } from "../alerts/chain.ts";
import { readLedger } from "../alerts/files.ts";
import { type Head, newHead } from "../alerts/head.ts";
import { isHash, type Link, lineOf, type Notice } from "../alerts/notice.ts";
import { loadConfig } from "../config.ts";
import { DiskError } from "../core/disk.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { createFsDisk } from "../world/disk-fs.ts";
import { type Io, parseVerbArgs, type Verb } from "./verb.ts";

const actions = ["list", "verify"];

/** Readings of the files while an agent that drops old ones is at work on them. */
const READINGS_MAX = 3;

export const findings: Verb = {
  name: "findings",
  summary: "List the recorded findings; verify that none was edited or taken away.",
  help: `Usage: fieldwarden findings list|verify [--json] [--anchor SEQUENCE:HASH] [options]

  list     Print the records that are kept, oldest first.
  verify   Follow their chain of hashes to the end that is kept apart; exit 1 when it is not whole.

  --json     list: a record a line. verify: one object {ok, records, first, last, hash, faults}.
  --anchor   verify: a record that a report has named (findings_sequence, findings_hash). Whoever can
             write in state_dir can make up a chain anew, but not the reports that went out before.

Example: fieldwarden findings verify --state-dir /var/lib/fieldwarden --anchor 37:9f86d0818…`,
  takesConfig: true,
  async run(io) {
    const own = { json: { type: "boolean" }, anchor: { type: "string" } } as const;
    const { values, positionals } = parseVerbArgs(io.args, own, 1);
    const action = positionals[0] ?? "";
    if (!actions.includes(action)) throw unknownAction(action);
    const anchor = values.anchor === undefined ? null : anchorOf(String(values.anchor));
    const { config } = loadConfig({ args: values, env: io.env });
    const { head, chain } = await readChain(config.state_dir);
    const isJson = values.json === true;
    if (action === "list") return list(chain, isJson, io);
    return verify(chain, { head, anchor, isJson, stateDir: config.state_dir }, io);
  },
};

async function readChain(stateDir: string): Promise<{ head: Head | null; chain: Chain }> {
  const disk = createFsDisk({ folder: stateDir });
  try {
    for (let reading = 1; ; reading++) {
      const { head, files } = await readLedger(disk);
      const chain = chainOf(files, head);
      if (chain.faults.length === 0 || reading === READINGS_MAX) return { head, chain };
    }
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new FieldwardenError(
      error.code === "denied" ? ExitCode.permission : ExitCode.io,
      `state_dir ${stateDir}: ${error.message}`,
      "The records belong to the agent's user: read them as that user, or as root.",
    );
  }
}

function list({ notices }: Chain, isJson: boolean, { stdout }: Io): ExitCode {
  for (const notice of notices) {
    stdout.write(`${isJson ? lineOf(notice) : sentenceOf(notice)}\n`);
  }
  return ExitCode.ok;
}

function sentenceOf({ sequence, recordedMs, kind, count, finding }: Notice): string {
  const { severity, subject, why } = finding;
  const time = new Date(recordedMs).toISOString();
  const times = count > 1 ? ` (${count} times)` : "";
  return `${sequence} ${time} ${kind} ${severity} ${shown(subject)}${times}: ${shown(why)}`;
}

/** What came from the network does not steer the terminal. */
const shown = (text: string): string => text.replace(/\p{Cc}/gu, "�");

interface Verification {
  head: Head | null;
  anchor: Link | null;
  isJson: boolean;
  stateDir: string;
}

function verify(chain: Chain, options: Verification, { stdout }: Io): ExitCode {
  const { head, anchor, isJson, stateDir } = options;
  const { notices, tip } = chain;
  const faults = [...chain.faults, ...anchorFaultsOf(anchor, chain, head)];
  const first = notices[0]?.sequence ?? null;
  if (isJson) {
    const ok = faults.length === 0;
    const last = notices.at(-1)?.sequence ?? null;
    const result = { ok, records: notices.length, first, last, hash: tip.hash, faults };
    stdout.write(`${JSON.stringify(result)}\n`);
  } else if (faults.length > 0) {
    for (const { kind, detail } of faults) stdout.write(`${kind}: ${detail}\n`);
  } else if (first === null) {
    stdout.write(`${stateDir}: no findings are recorded\n`);
  } else {
    stdout.write(`${stateDir}: ${notices.length} records, ${first} to ${tip.sequence}, whole\n`);
    stdout.write(`anchor ${tip.sequence}:${tip.hash}\n`);
  }
  return faults.length > 0 ? ExitCode.findings : ExitCode.ok;
}

function anchorFaultsOf(anchor: Link | null, { notices, tip }: Chain, head: Head | null): Fault[] {
  if (anchor === null) return [];
  const { sequence, hash } = anchor;
  const base = (head ?? newHead()).base;
  const known = [base, ...notices, tip].find((link) => link.sequence === sequence);
  const fault = (detail: string): Fault[] => [{ kind: "anchor", sequence, detail }];
  if (known !== undefined) {
    return known.hash === hash ? [] : fault(`record ${sequence} is not the one that was reported`);
  }
  if (sequence > tip.sequence) {
    return fault(`record ${sequence} was reported; the last one here is ${tip.sequence}`);
  }
  if (sequence > base.sequence) return fault(`record ${sequence} was reported and is not here`);
  throw new FieldwardenError(
    ExitCode.noInput,
    `--anchor: record ${sequence} is no longer kept; the first one here is ${base.sequence + 1}`,
    "Take the anchor of a newer report.",
  );
}

function anchorOf(text: string): Link {
  const [sequence, hash] = text.split(":");
  if (/^\d{1,15}$/.test(sequence ?? "") && isHash(hash)) {
    return { sequence: Number(sequence), hash };
  }
  throw new FieldwardenError(
    ExitCode.usage,
    `--anchor is "${text}": it takes SEQUENCE:HASH`,
    "A report has both as findings_sequence and findings_hash; `findings verify` prints them.",
  );
}

function unknownAction(action: string): FieldwardenError {
  const near = nearest(action, actions);
  return new FieldwardenError(
    ExitCode.usage,
    action === "" ? "findings: say what: list or verify" : `findings: there is no "${action}"`,
    near === null ? "`fieldwarden findings --help`" : `Did you mean "findings ${near}"?`,
  );
}
