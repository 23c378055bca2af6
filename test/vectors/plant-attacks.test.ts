/**
 * The captures of ../shared/pcaps that hold attacks, each found as what it is; how well, by its labels; and
 * how much is found in the others, once their first half was learnt.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { truths } from "./captures.ts";
import {
  type Found,
  type Frame,
  folder,
  framesOf,
  judgeCapture,
  learnCapture,
} from "./plant-captures.ts";

const test = suite("vectors: plant attacks");
const captures = existsSync(folder)
  ? readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name))
  : [];

/** By what a capture's name says of its attack: rules of which one must find it, without a baseline. */
const kinds: readonly (readonly [RegExp, readonly string[]])[] = [
  [/dhcp_flood/, ["dhcp_flood"]],
  [/dnp3_flood/, ["command_flood"]],
  [/recon_flood/, ["unit_sweep", "command_flood", "arp_sweep"]],
  [/characterization/, ["exception_burst"]],
  [/cnc/, ["it_protocol", "beacon"]],
  [/multiport/, ["host_scan"]],
  [/portscan|synscan/, ["port_scan"]],
  [/synflood/, ["syn_flood"]],
];

for (const file of captures.filter((name) => name.includes("_ATTACK"))) {
  test(`${file}: found as what it is, without a baseline`, async () => {
    const wanted = kinds.find(([name]) => name.test(file))![1];
    const found = await judgeCapture(file, null);
    for (const { rule, finding } of found) say(`${file} ${rule}: ${finding.why}`);
    assert.ok(found.some(({ rule }) => wanted.includes(rule)));
  });
}

const characterization = "modbus_cset_characterization_ATTACK.pcap";
const control = "modbus_cset_cnc_ATTACK.pcap";
const recon = "dnp3_qut_recon_flood_ATTACK.pcap";

if (captures.includes(control)) {
  /** The plant as it was before anything happened in it: what came before the first labelled frame. */
  const quiet = async () => {
    const firstAttack = labelsOf(control).indexOf(true) + 1;
    return learnCapture(control, ({ number }) => number < firstAttack);
  };
  const least = { [control]: 0.9, [characterization]: 0.95 };

  for (const [file, recallMin] of Object.entries(least)) {
    test(`${file}: frames by their labels`, async () => {
      const [frames, labels] = [await framesOf(file), labelsOf(file)];
      assert.is(labels.length, frames.length);
      const alone = tellFrames(
        `${file}, no baseline`,
        await judgeCapture(file, null),
        frames,
        labels,
      );
      const baseline = await quiet();
      const against = tellFrames(
        `${file}, against ${control} before its attack`,
        await judgeCapture(file, baseline),
        frames,
        labels,
      );
      assert.ok(Math.max(alone.recall, against.recall) >= recallMin);
    });
  }
}

if (captures.includes(recon)) {
  test(`${recon}: windows by their labels`, async () => {
    const windows = windowsOf(recon);
    const firstUs = Math.min(...windows.map(({ fromMs }) => fromMs)) * 1000;
    const baseline = await learnCapture(recon, ({ us }) => us < firstUs);
    for (const [how, found] of [
      ["no baseline", await judgeCapture(recon, null)],
      ["against what came before", await judgeCapture(recon, baseline)],
    ] as const) {
      const isIn = ({ finding }: Found, { fromMs, untilMs }: Window) =>
        finding.sinceWallMs <= untilMs && finding.wallMs >= fromMs;
      for (const each of found) {
        const names = windows.filter((window) => isIn(each, window)).map(({ name }) => name);
        say(
          `${recon}, ${how}: ${each.rule} in ${names.join(", ") || "no window"}: ${each.finding.why}`,
        );
      }
      const right = found.filter((each) => windows.some((window) => isIn(each, window))).length;
      const hit = windows.filter((window) => found.some((each) => isIn(each, window))).length;
      say(
        `${recon}, ${how}: precision ${right}/${found.length} findings, recall ${hit}/${windows.length} windows`,
      );
      assert.is(hit, windows.length);
    }
  });
}

test("all other captures, learnt on their first half: at most one finding on median", async () => {
  const rows: { file: string; rules: string[] }[] = [];
  for (const { file, packets } of truths) {
    if (file.includes("_ATTACK")) continue;
    const half = Math.floor(packets / 2);
    const baseline = await learnCapture(file, ({ number }) => number <= half);
    const found = await judgeCapture(file, baseline, ({ number }) => number > half);
    rows.push({ file, rules: found.map(({ rule }) => rule) });
  }
  tellDistribution(rows);
  const counts = rows.map(({ rules }) => rules.length).sort((one, other) => one - other);
  if (counts.length > 0) assert.ok(counts[Math.floor(counts.length / 2)]! <= 1);
});

function tellDistribution(rows: readonly { file: string; rules: string[] }[]): void {
  const sizes = new Map<number, number>();
  const byRule = new Map<string, number>();
  for (const { file, rules } of rows) {
    sizes.set(rules.length, (sizes.get(rules.length) ?? 0) + 1);
    for (const rule of rules) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    if (rules.length > 1) say(`second half of ${file}: ${rules.join(", ")}`);
  }
  const sorted = [...sizes].sort(([one], [other]) => one - other);
  say(
    `findings in second halves: ${sorted.map(([size, files]) => `${size}: ${files} captures`).join("; ")}`,
  );
  say(`by rule: ${[...byRule].map(([rule, count]) => `${rule} ${count}`).join(", ")}`);
}

/** Frame by frame, as the labels are: whether an attack. */
function labelsOf(file: string): boolean[] {
  return rowsOf(file, "frames").map(([, attack]) => attack === "1");
}

interface Window {
  name: string;
  fromMs: number;
  untilMs: number;
}

function windowsOf(file: string): Window[] {
  const open = new Map<string, number>();
  const windows: Window[] = [];
  for (const [epoch, event = ""] of rowsOf(file, "events")) {
    const name = event.replace(/ (START|END)$/, "");
    if (event.endsWith("START")) open.set(name, Number(epoch) * 1000);
    else windows.push({ name, fromMs: open.get(name)!, untilMs: Number(epoch) * 1000 });
  }
  return windows;
}

function rowsOf(file: string, kind: string): string[][] {
  const path = `${folder}labels/${file.replace(/\.pcap$/, "")}.${kind}.tsv`;
  const lines = readFileSync(path, "utf8").trim().split("\n").slice(1);
  return lines.map((line) => line.split("\t"));
}

/** Prints, for each finding and all together, how many of the frames that it is about are attacks. */
function tellFrames(
  title: string,
  found: readonly Found[],
  frames: readonly Frame[],
  labels: readonly boolean[],
): { precision: number; recall: number } {
  const attacks = labels.filter((isAttack) => isAttack).length;
  const all = new Set<number>();
  const figures = (numbers: readonly number[]) => {
    const right = numbers.filter((number) => labels[number]).length;
    const precision = numbers.length === 0 ? 0 : right / numbers.length;
    const recall = right / attacks;
    return { right, precision, recall };
  };
  for (const each of found) {
    const about = aboutOf(each, frames);
    for (const number of about) all.add(number);
    const { right, precision, recall } = figures(about);
    say(
      `${title}: ${each.rule} ${each.finding.subject}: ${right} of ${about.length} frames are attacks (precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)})`,
    );
  }
  const { precision, recall } = figures([...all]);
  say(
    `${title}: all ${found.length} findings: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`,
  );
  return { precision, recall };
}

/** Frames between the ends that a finding names, from its beginning to when it was seen last. */
function aboutOf({ finding }: Found, frames: readonly Frame[]): number[] {
  const { subject, sinceWallMs, wallMs } = finding;
  const ends = subject.match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
  const numbers: number[] = [];
  for (const [number, { us, from, to }] of frames.entries()) {
    const isThen = us / 1000 >= sinceWallMs - 1 && us / 1000 <= wallMs + 1;
    if (isThen && ends.length > 0 && ends.every((end) => end === from || end === to)) {
      numbers.push(number);
    }
  }
  return numbers;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

test.run();
