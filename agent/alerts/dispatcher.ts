/**
 * What becomes of a finding after it was judged: it is grouped with what is known of its matter,
 * recorded, and brought to each output by that output's own cursor.
 *
 * Each record is delivered at least once, under one id and sequence number. A second time it goes out
 * where the power fails between an output's acknowledgement and the cursor's sync, or where the
 * acknowledgement itself is lost; no protocol can close that gap, so the receiver tells by the
 * number. A repetition inside a matter is only counted; what was counted since the last record is
 * gone after a power cut.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import type { CustomMetrics } from "../core/custom-value.ts";
import type { Disk } from "../core/disk.ts";
import type { AlertsStatus, Finding, RecordedFinding } from "../core/finding.ts";
import type { Log } from "../core/log.ts";
import type { Fault } from "./chain.ts";
import { bounded } from "./check.ts";
import { createCourier } from "./courier.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { createMatters, type Matters } from "./matters.ts";
import type { Notice, NoticeDraft } from "./notice.ts";
import type { AlertOutput } from "./output.ts";

export interface AlertsOptions {
  disk: Disk;
  clock: Clock;
  log: Log;
  /** Chance, in [0, 1), for the jitter of waits. */
  random: () => number;
  /** The name of this device: the chain's own findings bear it. */
  thing: string;
  /** Names are different from each other. */
  outputs: readonly AlertOutput[];
  /** From a matter's first notice to its first reminder; the waits double up to a day. */
  renotifyS: number;
  /** Bound of all records on the disk; at least `LEDGER_BYTES_MIN`. */
  bytesMax?: number;
}

export interface Alerts {
  /** Resolves when what is new in these findings is durable, or in memory where the disk fails. */
  raise(findings: readonly Finding[]): Promise<void>;
  /** To be called every tick: reminds of what lasts, and starts deliveries that are due. */
  poke(): void;
  /** Resolves when nothing is being recorded or delivered. */
  idle(): Promise<void>;
  status(): AlertsStatus;
  /** Goes up with every report, so that a chain cut short on the device shows from outside. */
  anchor(): CustomMetrics;
  /** Waits for what is under way and closes the outputs; the disk keeps the rest. */
  close(): Promise<void>;
}

export const ALERTS_BYTES_MAX_DEFAULT = 4 * 1024 * 1024;

/** Records that the status page shows. */
export const RECENT_MAX = 20;

/** Our rule's name for a chain that is not whole. */
export const CHAIN_RULE = "findings_chain";

/**
 * Opens the records and takes up what lasted. A chain that is not whole is itself a finding, and goes
 * on. Rejects with the DiskError when the folder may not be read or written.
 */
export async function createAlerts(options: AlertsOptions): Promise<Alerts> {
  const { disk, clock, log, random, thing, outputs } = options;
  const bytesMax = options.bytesMax ?? ALERTS_BYTES_MAX_DEFAULT;
  const names = outputs.map(({ name }) => name);
  const opened = await openLedger({ disk, clock, log, bytesMax }, names);
  const { ledger, faults } = opened;
  const matters = createMatters({ renotifyMs: options.renotifyS * 1000 });
  const [wallMs, nowMs] = [clock.wallMs(), clock.monotonicMs()];
  for (const notice of opened.notices) matters.replay(notice, wallMs - notice.recordedMs, nowMs);
  let recent = opened.notices.slice(-RECENT_MAX).map(recordedOf);
  const couriers = outputs.map((output) => createCourier({ output, ledger, clock, log, random }));
  let reminding: Promise<void> = Promise.resolve();

  async function record(drafts: readonly NoticeDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    const notices = await ledger.append(drafts);
    recent = [...recent, ...notices.map(recordedOf)].slice(-RECENT_MAX);
    for (const { kind, finding, count } of notices) {
      const { id, event, subject, severity, why } = finding;
      log.info(`finding ${kind}`, { id, event, subject, severity, count, why });
    }
  }

  async function raise(findings: readonly Finding[]): Promise<void> {
    const drafts = findings.map((finding) => matters.take(bounded(finding), clock.monotonicMs()));
    await record(drafts.filter((draft) => draft !== null));
  }

  async function idle(): Promise<void> {
    await reminding;
    await Promise.all(couriers.map((courier) => courier.idle()));
  }

  await raiseFaults(faults, { matters, thing, wallMs, raise, log });
  return {
    raise,
    poke() {
      const drafts = matters.due(clock.monotonicMs());
      if (drafts.length > 0) reminding = reminding.then(() => record(drafts));
      else if (ledger.unwritten > 0) reminding = reminding.then(() => ledger.flush());
      for (const courier of couriers) courier.poke();
    },
    idle,
    status: () => ({
      active: matters.active(),
      recent: recent.toReversed(),
      outputs: couriers.map((courier) => courier.status()),
      ...ledger.tip,
      unwritten: ledger.unwritten,
      problem: faults.map(({ detail }) => detail).join("; "),
    }),
    anchor: () => anchorOf(ledger),
    async close() {
      await idle();
      await ledger.flush();
      await Promise.all(outputs.map((output) => output.close()));
    },
  };
}

/** Within the cloud's rules for custom metrics: a number of 15 digits, a string of hex digits. */
function anchorOf({ tip }: Ledger): CustomMetrics {
  return {
    findings_sequence: [{ number: tip.sequence }],
    findings_hash: [{ string_list: [tip.hash] }],
  };
}

interface FaultContext {
  matters: Matters;
  thing: string;
  wallMs: number;
  raise: (findings: readonly Finding[]) => Promise<void>;
  log: Log;
}

/** A broken chain is told once, and as over when the records that show it are gone. */
async function raiseFaults(faults: readonly Fault[], context: FaultContext): Promise<void> {
  const { matters, thing, wallMs, raise, log } = context;
  const known = matters
    .active()
    .find(({ finding: { source } }) => source.kind === "rule" && source.rule === CHAIN_RULE);
  const [first] = faults;
  if (first === undefined) {
    if (known === undefined) return;
    const why = "the records of findings that are kept are whole again";
    await raise([{ ...known.finding, event: "alarm-cleared", why, wallMs }]);
    return;
  }
  const more = faults.length > 1 ? ` and ${faults.length - 1} more` : "";
  const why = `the chain of recorded findings is not whole: ${first.detail}${more}`;
  log.error("findings are not whole", { faults: faults.length, reason: first.detail });
  if (known !== undefined) return;
  await raise([
    {
      id: sha256(`${CHAIN_RULE} ${thing} ${first.kind} ${first.sequence} ${wallMs}`).slice(0, 32),
      event: "in-alarm",
      thing,
      source: { kind: "rule", rule: CHAIN_RULE },
      subject: "alerts",
      why,
      numbers: { faults: faults.length, first_sequence: first.sequence },
      severity: "critical",
      // Indicator Removal on Host: records were edited or taken away, or the medium is failing.
      techniques: ["T0872"],
      sinceWallMs: wallMs,
      wallMs,
      basis: sha256(CHAIN_RULE),
    },
  ]);
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const recordedOf = ({ finding, count, sequence, recordedMs }: Notice): RecordedFinding => ({
  finding,
  count,
  sequence,
  recordedMs,
});
