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
import { type Table, tableOf } from "./table.ts";

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
  /** Becomes what a person made of its file. */
  replace(file: BaselineFile): void;
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

/** All that a baseline is made of; what is below works on it. */
interface Books {
  head: Omit<BaselineFile, "assets" | "interactions" | "weaknesses">;
  assets: Table<AssetRow>;
  interactions: Table<InteractionRow>;
  weaknesses: Table<WeaknessRow>;
  /** The rate slot that is open, and what it counted so far, by interaction. */
  slot: number;
  inSlot: Map<string, { writes: number; commands: number }>;
}

export function createBaseline(saved: BaselineFile): Baseline {
  let books = booksOf(saved);
  let normal: Normal | null = null;

  const file = (): BaselineFile => ({
    ...books.head,
    assets: books.assets.rows(),
    interactions: books.interactions.rows(),
    weaknesses: books.weaknesses.rows(),
  });

  return {
    get isLearning() {
      return books.head.phase === "learning";
    },
    get learntMs() {
      return books.head.learntMs;
    },
    observe({ observation, nowMs, edges, senders }) {
      passTime(books, observation, nowMs);
      takeAssets(books, senders);
      takeFacts(books, observation);
      for (const edge of edges) if (edge.isReal) takeEdge(books, edge);
    },
    noteFinding(rule) {
      const { head } = books;
      if (head.phase === "learning") head.findings[rule] = (head.findings[rule] ?? 0) + 1;
    },
    freeze() {
      freeze(books);
      normal = null;
    },
    replace(changed) {
      books = booksOf(changed);
      normal = null;
    },
    resume() {
      if (books.head.phase === "frozen") forgetUnapproved(books);
      books.head.phase = "learning";
      normal = null;
    },
    normal() {
      if (books.head.phase === "learning") return null;
      normal ??= normalOf(file());
      return normal;
    },
    file,
  };
}

function booksOf(saved: BaselineFile): Books {
  const { assets, interactions, weaknesses, ...head } = structuredClone(saved);
  return {
    head,
    assets: tableOf(assets, ({ address }) => address, BASELINE_ASSETS_MAX),
    interactions: tableOf(interactions, interactionKeyOf, BASELINE_INTERACTIONS_MAX),
    weaknesses: tableOf(
      weaknesses,
      ({ subject, value }) => weaknessKeyOf(subject, value),
      BASELINE_WEAKNESSES_MAX,
    ),
    slot: 0,
    inSlot: new Map(),
  };
}

function passTime(books: Books, observation: PlantObservation, nowMs: number): void {
  const { head } = books;
  if (head.phase === "learning") {
    if (head.lastMs > 0) {
      head.learntMs += Math.min(Math.max(nowMs - head.lastMs, 0), SILENCE_MS_MAX);
    }
    head.lostCount += observation.lostCount;
    head.firstMs ||= observation.fromMs;
  }
  head.lastMs = Math.max(head.lastMs, nowMs);
  if (rateSlotOf(nowMs) <= books.slot) return;
  closeSlot(books);
  books.slot = rateSlotOf(nowMs);
}

function takeAssets({ head, assets }: Books, senders: ReadonlyMap<string, Sender>): void {
  for (const { address, packets, firstMs, lastMs } of senders.values()) {
    const row = assets.use(address, () => ({ address, macs: [], ...newRow(firstMs) }));
    if (row === null) head.droppedCount++;
    else grow(row, packets, lastMs);
  }
}

/** ARP and DHCP say which MAC an address has; frames through a router do not. */
function takeFacts(books: Books, { facts }: PlantObservation): void {
  const { head, assets, weaknesses } = books;
  for (const { name, subject, value, atMs } of facts) {
    const asset = subject.address === undefined ? undefined : assets.get(subject.address);
    if (name === "mac" && asset !== undefined && head.phase === "learning") {
      const others = asset.macs.filter((mac) => mac !== value);
      asset.macs = [value, ...others].slice(0, MACS_PER_ASSET_MAX);
    }
    if (name !== "weakness") continue;
    const text = subjectText(subject);
    const row = weaknesses.use(weaknessKeyOf(text, value), () => ({
      subject: text,
      value,
      ...newRow(atMs),
    }));
    if (row === null) head.droppedCount++;
    else grow(row, 1, atMs);
  }
}

function takeEdge(books: Books, edge: Edge): void {
  const { key, client, server, protocol, firstMs } = edge;
  const row = books.interactions.use(key, () => newInteraction(client, server, protocol, firstMs));
  if (row === null) {
    books.head.droppedCount++;
    return;
  }
  // What is normal stands still once it is frozen: rates must not creep up with an attack.
  if (books.head.phase === "frozen" && row.learnt) {
    row.lastMs = Math.max(row.lastMs, edge.lastMs);
    growUnknown(row, edge);
    return;
  }
  growInteraction(row, edge);
  countSlot(books, key, edge);
}

/** A command that a learnt interaction did not have waits in its row. */
function growUnknown(row: InteractionRow, edge: Edge): void {
  const isNormal = (command: string) =>
    row.commands.some((each) => each.learnt && each.command === command);
  const unknown = edge.commands.filter(({ command }) => !isNormal(command));
  if (unknown.length === 0) return;
  const { client, server, protocol, commands } = row;
  const scratch = { ...newInteraction(client, server, protocol, 0), commands };
  growInteraction(scratch, { ...edge, commands: unknown });
}

function countSlot({ inSlot }: Books, key: string, { commands }: Edge): void {
  if (commands.length === 0) return;
  const counts = inSlot.get(key) ?? { writes: 0, commands: 0 };
  for (const { requestCount, commandClass } of commands) {
    counts.commands += requestCount;
    if (commandClass === "write" || commandClass === "control") counts.writes += requestCount;
  }
  inSlot.set(key, counts);
}

function closeSlot({ interactions, inSlot }: Books): void {
  for (const [key, { writes, commands }] of inSlot) {
    const row = interactions.get(key);
    if (row === undefined) continue;
    row.slots++;
    addToHistogram(row.writes, writes);
    row.commandsMax = Math.max(row.commandsMax, commands);
  }
  inSlot.clear();
}

function freeze(books: Books): void {
  const { head, assets, interactions, weaknesses } = books;
  // What came since an earlier freeze is a person's to approve.
  if (head.phase === "frozen") return;
  closeSlot(books);
  const isRepeated = ({ learnt, count }: { learnt: boolean; count: number }) =>
    learnt || count >= head.repeatsMin;
  for (const row of assets.rows()) row.learnt = isRepeated(row);
  for (const row of interactions.rows()) {
    row.learnt = isRepeated(row);
    for (const command of row.commands) command.learnt = row.learnt && isRepeated(command);
  }
  // Seen once, a weakness is there all the time.
  for (const row of weaknesses.rows()) row.learnt ||= row.count > 0;
  head.phase = "frozen";
  head.frozenMs = head.lastMs;
}

/** What was seen while frozen must repeat from now on to become normal: it was found, not approved. */
function forgetUnapproved({ assets, interactions, weaknesses }: Books): void {
  const commands = interactions.rows().flatMap((row) => row.commands);
  for (const row of [...assets.rows(), ...interactions.rows(), ...weaknesses.rows(), ...commands]) {
    if (!row.learnt) row.count = 0;
  }
}

const newRow = (firstMs: number) => ({ learnt: false, count: 0, firstMs, lastMs: firstMs });

function grow(row: { count: number; lastMs: number }, count: number, lastMs: number): void {
  row.count += count;
  row.lastMs = Math.max(row.lastMs, lastMs);
}
