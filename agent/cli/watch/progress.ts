/** A bar on the terminal for files that take a while; silent for all others and without a terminal. */
import { basename } from "node:path";

/** Files are read at some hundred MB a second: shorter ones are done before one could read a bar. */
const FILE_BYTES_MIN = 64 * 1024 * 1024;
const REDRAW_MS = 200;
const BAR_WIDTH = 24;
const ERASE_LINE = "\r\u001b[K";

export interface Progress {
  (bytes: number, bytesAll: number): void;
  end(): void;
}

/** @param nowMs any clock that goes forward */
export function createProgress(
  path: string,
  write: (text: string) => void,
  nowMs: () => number,
): Progress {
  let drawnMs = Number.NEGATIVE_INFINITY;
  const draw = (bytes: number, bytesAll: number): void => {
    if (bytesAll < FILE_BYTES_MIN || nowMs() - drawnMs < REDRAW_MS) return;
    drawnMs = nowMs();
    const part = Math.min(1, bytes / bytesAll);
    const full = Math.round(part * BAR_WIDTH);
    const bar = "#".repeat(full).padEnd(BAR_WIDTH, ".");
    write(`${ERASE_LINE}${basename(path)} [${bar}] ${Math.floor(part * 100)} %`);
  };
  return Object.assign(draw, {
    end: () => {
      if (drawnMs > 0) write(ERASE_LINE);
    },
  });
}
