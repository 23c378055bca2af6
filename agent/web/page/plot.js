// The live plot of traffic, on uPlot.
import { byId, setText } from "./dom.js";
import { minuteOf, rateOf, scaled, timeOf } from "./format.js";

/** @typedef {import("../../core/status.ts").SecondOfTraffic} SecondOfTraffic */
/** @typedef {[number[], (number | null)[], (number | null)[]]} Columns */

const SHOWN_S = 300;
/** Seconds without a sample that are drawn as a gap instead of a line across. */
const GAP_S = 3;
/** An idle network's few bytes do not fill the plot. */
const TOP_BYTES_PER_S_MIN = 1000;

const uPlot = /** @type {typeof import("uplot")} */ (Reflect.get(globalThis, "uPlot"));

/** Time in seconds, in, out; with holes where nothing was measured. @type {(seconds: readonly SecondOfTraffic[]) => Columns} */
export function columnsOf(seconds) {
  /** @type {Columns} */
  const columns = [[], [], []];
  for (const { wallMs, bytesIn, bytesOut } of afterLastJump(seconds)) {
    const at = wallMs / 1000;
    const before = columns[0][columns[0].length - 1];
    if (before !== undefined && at - before > GAP_S) push(columns, before + 1, null, null);
    push(columns, at, bytesIn, bytesOut);
  }
  return columns;
}

/** @type {(columns: Columns, at: number, bytesIn: number | null, bytesOut: number | null) => void} */
function push([times, ins, outs], at, bytesIn, bytesOut) {
  times.push(at);
  ins.push(bytesIn);
  outs.push(bytesOut);
}

// uPlot wants rising times, and a wall clock may be set back.
/** @type {(seconds: readonly SecondOfTraffic[]) => readonly SecondOfTraffic[]} */
function afterLastJump(seconds) {
  let from = seconds.length - 1;
  while (from > 0 && seconds[from - 1].wallMs < seconds[from].wallMs) from--;
  return seconds.slice(Math.max(0, from));
}

/** @type {() => { update(seconds: readonly SecondOfTraffic[]): void }} */
export function createPlot() {
  const box = byId("plot");
  /** @type {Columns} */
  let columns = [[], [], []];
  let plot = drawn();

  function drawn() {
    const made = new uPlot(optionsOf(box, showLegend), columns, box);
    box.replaceChildren(made.root);
    return made;
  }

  /** The values under the pointer, or else the latest. @type {(at: number | null | undefined) => void} */
  function showLegend(at) {
    const index = at ?? columns[0].length - 1;
    const [time, bytesIn, bytesOut] = columns.map((column) => column[index]);
    setText(byId("rate-in"), bytesIn == null ? "–" : rateOf(bytesIn));
    setText(byId("rate-out"), bytesOut == null ? "–" : rateOf(bytesOut));
    setText(byId("rate-time"), at == null || time == null ? "now" : timeOf(time * 1000));
  }

  new ResizeObserver(() => plot.setSize(sizeOf(box))).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    plot.destroy();
    plot = drawn();
  });

  return {
    update(seconds) {
      columns = columnsOf(seconds);
      const isEmpty = columns[0].length === 0;
      byId("plot-empty").hidden = !isEmpty;
      box.hidden = isEmpty;
      plot.setData(columns);
      showLegend(plot.cursor.idx);
      setText(byId("plot-summary"), summaryOf(columns));
    },
  };
}

/** @type {(columns: Columns) => string} */
function summaryOf([, ...columns]) {
  const [most, mostOut] = columns.map((column) =>
    Math.max(0, ...column.map((bytes) => bytes ?? 0)),
  );
  return `Bytes per second. Highest: in ${rateOf(most)}, out ${rateOf(mostOut)}.`;
}

/** @type {(box: HTMLElement) => { width: number, height: number }} */
function sizeOf(box) {
  return { width: Math.max(100, box.clientWidth), height: Math.max(80, box.clientHeight) };
}

/** @type {(box: HTMLElement, showLegend: (at: number | null | undefined) => void) => import("uplot").Options} */
function optionsOf(box, showLegend) {
  const style = getComputedStyle(box);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`);
  const axis = {
    stroke: color("muted"),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
  };
  const series = (/** @type {string} */ name) => ({
    stroke: color(name),
    fill: color(`${name}-fill`),
    width: 1.5,
    points: { show: false },
  });
  return {
    ...sizeOf(box),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false },
    padding: [8, 22, 0, 0],
    scales: {
      x: { range: (_plot, _min, max) => [(max ?? 0) - SHOWN_S, max ?? 0] },
      y: { range: (_plot, _min, max) => [0, Math.max(TOP_BYTES_PER_S_MIN, 1.08 * (max ?? 0))] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        incrs: [60, 120],
        values: (_plot, times) => times.map((time) => minuteOf(time * 1000)),
      },
      {
        ...axis,
        size: 70,
        space: 36,
        values: (_plot, rates) => rates.map((rate) => (rate === 0 ? "0" : tickOf(rate))),
      },
    ],
    series: [{}, series("in"), series("out")],
    hooks: { setCursor: [({ cursor }) => showLegend(cursor.idx)] },
  };
}

/** "1.50 MB/s" is too wide and too exact for a tick. @type {(rate: number) => string} */
function tickOf(rate) {
  const [figure, unit] = scaled(rate, "B/s").split(" ");
  return `${Number(figure)} ${unit}`;
}
