/** The series' windows once more, as plainly as can be: a map of seconds, everything by sorting. */
const AMOUNT_MAX = 2n ** 32n - 2n;

export interface Expected {
  seconds: number;
  sum: bigint;
  variance: number;
  max: number;
  quantile(permille: number): number;
  missing: number;
  gaps: number;
  saturated: number;
  bursts(threshold: number): { count: number; longest: number };
}

export function createReference(windowS: number) {
  let newest = -1;
  const series = new Map<number, { seconds: Map<number, bigint>; begin: number; cut: number }>();

  function seriesOf(id: number) {
    const found = series.get(id) ?? { seconds: new Map(), begin: Number.POSITIVE_INFINITY, cut: 0 };
    series.set(id, found);
    return found;
  }

  return {
    newest: () => newest,
    tick(second: number) {
      if (newest >= 0 && newest - second > windowS) {
        for (const one of series.values()) one.seconds.clear();
        newest = second;
      }
      newest = Math.max(newest, second);
    },
    sample(second: number, id: number, amount: bigint) {
      newest = Math.max(newest, second);
      if (newest - second >= windowS) return;
      const one = seriesOf(id);
      const total = (one.seconds.get(second) ?? 0n) + amount;
      if (total > AMOUNT_MAX) one.cut++;
      one.seconds.set(second, total > AMOUNT_MAX ? AMOUNT_MAX : total);
      one.begin = Math.min(one.begin, second);
    },
    expected(id: number): Expected {
      const { seconds, begin, cut } = seriesOf(id);
      const oldest = Math.max(0, newest - windowS + 1);
      const inWindow: (bigint | null)[] = [];
      for (let second = Math.max(begin, oldest); second <= newest; second++) {
        inWindow.push(seconds.get(second) ?? null);
      }
      if (inWindow.at(-1) === null) inWindow.pop();
      return summarise(inWindow, cut);
    },
  };
}

function summarise(inWindow: readonly (bigint | null)[], saturated: number): Expected {
  const amounts = inWindow.filter((amount) => amount !== null);
  const sorted = amounts.map(Number).sort((a, b) => a - b);
  const n = BigInt(amounts.length);
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  const squares = amounts.reduce((total, amount) => total + amount * amount, 0n);
  return {
    seconds: amounts.length,
    sum,
    variance: n === 0n ? 0 : Number(n * squares - sum * sum) / Number(n * n),
    max: sorted.at(-1) ?? 0,
    quantile: (permille) => sorted[Math.ceil((sorted.length * permille) / 1000) - 1] ?? 0,
    missing: inWindow.length - amounts.length,
    gaps: runsOf(inWindow.map((amount) => amount === null)).length,
    saturated,
    bursts(threshold) {
      const runs = runsOf(inWindow.map((amount) => amount !== null && Number(amount) > threshold));
      return { count: runs.length, longest: Math.max(0, ...runs) };
    },
  };
}

/** Lengths of the runs of true. */
function runsOf(flags: readonly boolean[]): number[] {
  return flags
    .map((flag) => (flag ? "x" : " "))
    .join("")
    .split(/ +/)
    .filter((run) => run !== "")
    .map((run) => run.length);
}
