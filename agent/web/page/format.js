// Numbers and times as a person reads them. Figures keep three digits; an unknown one is a dash.

const scales = ["", "k", "M", "G", "T", "P"];

/** 4211, "B" -> "4.21 kB"; three digits, decimal prefixes. @type {(value: number, unit: string) => string} */
export function scaled(value, unit) {
  let step = 0;
  let rest = Math.abs(value);
  while (rest >= 999.5 && step < scales.length - 1) {
    rest /= 1000;
    step++;
  }
  const whole = step === 0 && Number.isInteger(rest);
  const digits = whole || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
  return `${value < 0 ? "-" : ""}${rest.toFixed(digits)} ${scales[step]}${unit}`.trimEnd();
}

/** @type {(bytes: number) => string} */
export const bytesOf = (bytes) => scaled(bytes, "B");

/** @type {(bytesPerS: number) => string} */
export const rateOf = (bytesPerS) => scaled(bytesPerS, "B/s");

/** 12345 -> "12,345". @type {(count: number) => string} */
export const countOf = (count) => Math.round(count).toLocaleString("en");

/** @type {(count: number, noun: string) => string} */
export function nounOf(count, noun) {
  return `${countOf(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** 0.0123 -> "1.2 %". @type {(ratio: number) => string} */
export function percentOf(ratio) {
  const percent = 100 * ratio;
  return `${percent.toFixed(percent < 9.95 && percent !== 0 ? 1 : 0)} %`;
}

/** At most two units: "12 s", "4 min 5 s", "3 h 2 min", "9 d 4 h". @type {(seconds: number) => string} */
export function durationOf(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return joined(s, 60, "min", 1, "s");
  if (s < 86_400) return joined(s, 3600, "h", 60, "min");
  return joined(s, 86_400, "d", 3600, "h");
}

/** @type {(s: number, big: number, bigUnit: string, small: number, smallUnit: string) => string} */
function joined(s, big, bigUnit, small, smallUnit) {
  const rest = Math.floor((s % big) / small);
  return `${Math.floor(s / big)} ${bigUnit}${rest === 0 ? "" : ` ${rest} ${smallUnit}`}`;
}

/** Time of day in the browser's zone, 24 hours: "14:03:22". @type {(wallMs: number) => string} */
export function timeOf(wallMs) {
  const date = new Date(wallMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

/** "14:03", for the plot's axis. @type {(wallMs: number) => string} */
export const minuteOf = (wallMs) => timeOf(wallMs).slice(0, 5);

/** The time alone when it was on the same day as `nowMs`, otherwise with its date. @type {(wallMs: number, nowMs: number) => string} */
export function whenOf(wallMs, nowMs) {
  const date = new Date(wallMs);
  if (date.toDateString() === new Date(nowMs).toDateString()) return timeOf(wallMs);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${timeOf(wallMs)}`;
}

/** @type {(value: number) => string} */
function two(value) {
  return String(value).padStart(2, "0");
}
