/**
 * What was normal while learning, and what came since. Learning takes a stated time, and a row must
 * have repeated before it is normal; then the baseline is frozen, and only a person adds to it. A
 * learning period with an attack in it makes that attack normal: `show` names what looks like one.
 */
import type { PlantObservation } from "../../core/plant.ts";
import type { Edge } from "../plant/edge.ts";
import type { Sender } from "../plant/senders.ts";
import { rateSlotOf } from "../plant/slots.ts";
import { subjectText } from "../rules/weakness.ts";
import { addToHistogram } from "./histogram.ts";
import { growInteraction } from "./learn.ts";
import type { Normal } from "./normal.ts";
import { normalOf } from "./normal-of.ts";
import {
  type AssetRow,
  BASELINE_ASSETS_MAX,
  BASELINE_INTERACTIONS_MAX,
  BASELINE_VERSION,
  BASELINE_WEAKNESSES_MAX,
  type BaselineFile,
  type InteractionRow,
  interactionKeyOf,
  MACS_PER_ASSET_MAX,
  newInteraction,
  type WeaknessRow,
  weaknessKeyOf,
} from "./row.ts";

/** Rules judge what comes after; what they learn by is the same stretch. */
export interface LearnStep {
  observation: PlantObservation;
  nowMs: number;
  edges: readonly Edge[];
  senders: ReadonlyMap<string, Sender>;
}

export interface Baseline {
  readonly isLearning: boolean;
  /** Packet time watched while learning, silences of more than a minute left out. */
  readonly learntMs: number;
  /** Takes a stretch in: learning, all of it counts; frozen, what is new waits for `approve`. */
  observe(step: LearnStep): void;
  /** A rule found something while learning. */
  noteFinding(rule: string): void;
  /** Ends learning: rows that repeated are normal from now on. Rows learnt before stay so. */
  freeze(): void;
  /** Learns on, beside what is normal already. */
  resume(): void;
  /** What is normal; null while it learns. */
  normal(): Normal | null;
  /** To be kept: plain JSON. */
  file(): BaselineFile;
}

/** Three: a probe is sent once, and once more. */
export const REPEATS_MIN_DEFAULT = 3;

/** Of a longer silence nobody knows whether it was watched. */
const SILENCE_MS_MAX = 60_000;

export const newBaselineFile = (repeatsMin = REPEATS_MIN_DEFAULT): BaselineFile => ({
  version: BASELINE_VERSION,
  phase: "learning",
  repeatsMin,
  learntMs: 0,
  firstMs: 0,
  lastMs: 0,
  frozenMs: 0,
  lostCount: 0,
  droppedCount: 0,
  findings: {},
  assets: [],
  interactions: [],
  weaknesses: [],
});

export function createBaseline(saved: BaselineFile): Baseline {
  const head = { ...saved };
  const assets = tableOf<AssetRow>(saved.assets, ({ address }) => address, BASELINE_ASSETS_MAX);
  const interactions = tableOf<InteractionRow>(
    saved.interactions,
    interactionKeyOf,
    BASELINE_INTERACTIONS_MAX,
  );
  const weaknesses = tableOf<WeaknessRow>(
    saved.weaknesses,
    ({ subject, value }) => weaknessKeyOf(subject, value),
    BASELINE_WEAKNESSES_MAX,
  );
  /** What the rate slot that is open counted so far, by interaction. */
  let slot = 0;
  const inSlot = new Map<string, { writes: number; commands: number }>();
  let normal: Normal | null = null;

  function isFull(row: unknown): row is null {
    if (row === null) head.droppedCount++;
    return row === null;
  }

  function takeAssets(senders: ReadonlyMap<string, Sender>): void {
    for (const { address, packets, firstMs, lastMs } of senders.values()) {
      const row = assets.use(address, () => ({
        address,
        macs: [],
        learnt: false,
        count: 0,
        firstMs,
        lastMs,
      }));
      if (isFull(row)) continue;
      row.count += packets;
      row.lastMs = Math.max(row.lastMs, lastMs);
    }
  }

  /** ARP and DHCP say which MAC an address has; frames through a router do not. */
  function takeFacts({ facts }: PlantObservation): void {
    for (const { name, subject, value, atMs } of facts) {
      const row = subject.address === undefined ? undefined : assets.get(subject.address);
      if (name === "mac" && row !== undefined && head.phase === "learning") {
        const others = row.macs.filter((mac) => mac !== value);
        row.macs = [value, ...others].slice(0, MACS_PER_ASSET_MAX);
      }
      if (name !== "weakness") continue;
      const text = subjectText(subject);
      const identity = { subject: text, value };
      const weakness = weaknesses.use(weaknessKeyOf(text, value), () => ({
        ...identity,
        learnt: false,
        count: 0,
        firstMs: atMs,
        lastMs: atMs,
      }));
      if (isFull(weakness)) continue;
      weakness.count++;
      weakness.lastMs = Math.max(weakness.lastMs, atMs);
    }
  }

  function takeEdges(edges: readonly Edge[]): void {
    for (const edge of edges) {
      if (!edge.isReal) continue;
      const { client, server, protocol, firstMs } = edge;
      const key = interactionKeyOf(edge);
      const row = interactions.use(key, () => newInteraction(client, server, protocol, firstMs));
      if (isFull(row)) continue;
      // What is normal stands still once it is frozen: rates must not creep up with an attack.
      if (head.phase === "frozen" && row.learnt) {
        row.lastMs = Math.max(row.lastMs, edge.lastMs);
        growUnknown(row, edge);
        continue;
      }
      growInteraction(row, edge);
      countSlot(key, edge);
    }
  }

  /** A command that a learnt interaction did not have waits in its row. */
  function growUnknown(row: InteractionRow, edge: Edge): void {
    const isNormal = (command: string) =>
      row.commands.some((each) => each.learnt && each.command === command);
    const unknown = edge.commands.filter(({ command }) => !isNormal(command));
    if (unknown.length === 0) return;
    const { commands } = row;
    const scratch = { ...newInteraction(row.client, row.server, row.protocol, 0), commands };
    growInteraction(scratch, { ...edge, commands: unknown });
  }

  function countSlot(key: string, { commands }: Edge): void {
    if (commands.length === 0) return;
    const counts = inSlot.get(key) ?? { writes: 0, commands: 0 };
    for (const { requestCount, commandClass } of commands) {
      counts.commands += requestCount;
      if (commandClass === "write" || commandClass === "control") counts.writes += requestCount;
    }
    inSlot.set(key, counts);
  }

  function closeSlot(): void {
    for (const [key, { writes, commands }] of inSlot) {
      const row = interactions.get(key);
      if (row === undefined) continue;
      addToHistogram(row.writes, writes);
      row.commandsMax = Math.max(row.commandsMax, commands);
    }
    inSlot.clear();
  }

  return {
    get isLearning() {
      return head.phase === "learning";
    },
    get learntMs() {
      return head.learntMs;
    },
    observe({ observation, nowMs, edges, senders }) {
      if (head.phase === "learning") {
        if (head.lastMs > 0) {
          head.learntMs += Math.min(Math.max(nowMs - head.lastMs, 0), SILENCE_MS_MAX);
        }
        head.lostCount += observation.lostCount;
        head.firstMs ||= observation.fromMs;
      }
      head.lastMs = Math.max(head.lastMs, nowMs);
      if (rateSlotOf(nowMs) > slot) {
        closeSlot();
        slot = rateSlotOf(nowMs);
      }
      takeAssets(senders);
      takeFacts(observation);
      takeEdges(edges);
    },
    noteFinding(rule) {
      if (head.phase === "learning") head.findings[rule] = (head.findings[rule] ?? 0) + 1;
    },
    freeze() {
      closeSlot();
      const isRepeated = ({ learnt, count }: { learnt: boolean; count: number }) =>
        learnt || count >= head.repeatsMin;
      for (const row of assets.rows()) row.learnt = isRepeated(row);
      for (const row of interactions.rows()) {
        row.learnt = isRepeated(row);
        for (const command of row.commands) command.learnt = row.learnt && isRepeated(command);
      }
      // A weakness is told each time that it is seen, and is no less one when it was seen once.
      for (const row of weaknesses.rows()) row.learnt = true;
      head.phase = "frozen";
      head.frozenMs = head.lastMs;
      normal = null;
    },
    resume() {
      head.phase = "learning";
      normal = null;
    },
    normal() {
      if (head.phase === "learning") return null;
      normal ??= normalOf(this.file());
      return normal;
    },
    file: () => ({
      ...head,
      assets: assets.rows(),
      interactions: interactions.rows(),
      weaknesses: weaknesses.rows(),
    }),
  };
}

interface Table<Row> {
  get(key: string): Row | undefined;
  /** Null: no room, for all rows are learnt. */
  use(key: string, make: () => Row): Row | null;
  rows(): Row[];
}

/**
 * Full, it gives up the row of least use: of those not learnt, the one seen least often, of these the
 * one seen longest ago. What is learnt is never pushed out, so a scan cannot make the baseline forget.
 */
function tableOf<Row extends { learnt: boolean; count: number; lastMs: number }>(
  saved: readonly Row[],
  keyOf: (row: Row) => string,
  rowsMax: number,
): Table<Row> {
  const rows = new Map(saved.slice(0, rowsMax).map((row) => [keyOf(row), row]));
  /** Keys that were the least useful when somebody looked last, the least at the end. */
  let dispensable: string[] = [];

  function evict(): boolean {
    if (dispensable.length === 0) {
      dispensable = [...rows]
        .filter(([, { learnt }]) => !learnt)
        .sort(([, one], [, other]) => other.count - one.count || other.lastMs - one.lastMs)
        .slice(-EVICTED_AT_ONCE)
        .map(([key]) => key);
    }
    const key = dispensable.pop();
    if (key === undefined) return false;
    return rows.delete(key) || evict();
  }

  return {
    get: (key) => rows.get(key),
    use(key, make) {
      const known = rows.get(key);
      if (known !== undefined) return known;
      if (rows.size >= rowsMax && !evict()) return null;
      const row = make();
      rows.set(key, row);
      return row;
    },
    rows: () => [...rows.values()],
  };
}

/** So that a scan of a million addresses sorts the table now and then, and not each time. */
const EVICTED_AT_ONCE = 256;
