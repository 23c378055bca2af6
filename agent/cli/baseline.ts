import { ExitCode, FieldwardenError } from "../core/errors.ts";
import { matcherOf } from "../core/glob.ts";
import { nearest } from "../core/nearest.ts";
import { approved, differenceOf, type Entry, entriesOf } from "../detect/baseline/review.ts";
import type { BaselineFile } from "../detect/baseline/row.ts";
import { needBaseline, saveBaseline } from "./baseline-file.ts";
import { csvOf, linesOf } from "./baseline-text.ts";
import { type ArgValues, type Io, parseVerbArgs, type Verb } from "./verb.ts";

/** FILE, and patterns of `approve`. */
const POSITIONALS_MAX = 100;

const actions: Readonly<Record<string, (request: Request) => Promise<ExitCode>>> = {
  show,
  approve,
  diff,
  export: exportRows,
};

interface Request {
  io: Io;
  path: string;
  file: BaselineFile;
  rest: readonly string[];
  values: ArgValues;
}

export const baseline: Verb = {
  name: "baseline",
  summary: "Look at what is normal in a plant's traffic; approve what came since.",
  help: `Usage: fieldwarden baseline show FILE [--json]
       fieldwarden baseline diff FILE [OTHER] [--json]
       fieldwarden baseline approve FILE PATTERN…
       fieldwarden baseline export FILE [--csv]

  show       What was learnt, for how long, and what of it looks dangerous: a learning period with
             an attack in it makes that attack normal.
  diff       What was seen since and is not normal; with OTHER, what is normal there and not here
             (+), and here and not there (-). Exit 1 when there is something.
  approve    Makes normal what PATTERN names, as diff writes it; * stands for anything. An
             interaction's commands go with it.
  export     What is normal, as JSON or, with --csv, a row an interaction and command.

FILE is made by \`fieldwarden watch --learn --baseline FILE\` and by \`fieldwarden run\`.
Exit 66 for a missing file, 78 for one that is no baseline.

Example: fieldwarden baseline approve plant.json '10.1.0.66*'`,
  takesConfig: false,
  async run(io) {
    const own = { json: { type: "boolean" }, csv: { type: "boolean" } } as const;
    const { values, positionals } = parseVerbArgs(io.args, own, POSITIONALS_MAX);
    const [name = "", path, ...rest] = positionals;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw unknownAction(name);
    if (path === undefined) {
      throw new FieldwardenError(
        ExitCode.usage,
        `baseline ${name} needs FILE`,
        "`--help` has an example.",
      );
    }
    return action({ io, path, file: await needBaseline(path), rest, values });
  },
};

async function show({ io, file, values }: Request): Promise<ExitCode> {
  if (values.json === true) io.stdout.write(`${JSON.stringify(file)}\n`);
  else io.stdout.write(linesOf(file).map(lineOf).join(""));
  return ExitCode.ok;
}

async function diff({ io, file, rest, values }: Request): Promise<ExitCode> {
  const other = rest[0] === undefined ? null : await needBaseline(rest[0]);
  const { added, removed } =
    other === null ? { added: entriesOf(file, false), removed: [] } : differenceOf(file, other);
  if (values.json === true) io.stdout.write(`${JSON.stringify({ added, removed })}\n`);
  else {
    io.stdout.write(added.map((entry) => lineOf(entryText("+", entry))).join(""));
    io.stdout.write(removed.map((entry) => lineOf(entryText("-", entry))).join(""));
  }
  return added.length + removed.length > 0 ? ExitCode.findings : ExitCode.ok;
}

async function approve({ io, path, file, rest }: Request): Promise<ExitCode> {
  if (rest.length === 0) {
    throw new FieldwardenError(
      ExitCode.usage,
      "baseline approve needs at least one PATTERN",
      "`baseline diff FILE` lists the names; '*' approves all of them.",
    );
  }
  const result = approved(file, matcherOf(rest));
  await saveBaseline(path, result.file);
  const left = entriesOf(result.file, false).length;
  io.stdout.write(`${result.count} approved, ${left} left\n`);
  return ExitCode.ok;
}

async function exportRows({ io, file, values }: Request): Promise<ExitCode> {
  if (values.csv === true) io.stdout.write(csvOf(file));
  else {
    const isLearnt = ({ learnt }: { learnt: boolean }) => learnt;
    const assets = file.assets.filter(isLearnt);
    const interactions = file.interactions
      .filter(isLearnt)
      .map((row) => ({ ...row, commands: row.commands.filter(isLearnt) }));
    const weaknesses = file.weaknesses.filter(isLearnt);
    io.stdout.write(`${JSON.stringify({ ...file, assets, interactions, weaknesses })}\n`);
  }
  return ExitCode.ok;
}

function entryText(sign: string, { kind, name, count, firstMs }: Entry): string {
  return `${sign} ${kind.padEnd(11)} ${name}  (${count}, since ${new Date(firstMs).toISOString()})`;
}

/** What came from the network does not steer the terminal. */
const lineOf = (text: string): string => `${text.replace(/\p{Cc}/gu, "�")}\n`;

function unknownAction(name: string): FieldwardenError {
  const names = Object.keys(actions);
  const near = nearest(name, names);
  return new FieldwardenError(
    ExitCode.usage,
    name === "" ? `baseline: say what: ${names.join(", ")}` : `baseline: there is no "${name}"`,
    near === null ? "`fieldwarden baseline --help`" : `Did you mean "baseline ${near}"?`,
  );
}
