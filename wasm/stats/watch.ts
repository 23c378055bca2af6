/**
 * Gives a second's amounts to those who judge them, LAG_S after it is over: a host's samples of a
 * second may come a little later than its packets. A missing second is judged by nobody.
 */
import { TAIL_FOREST } from "../abi/stats";
import { OUT } from "../layout";
import { HAS_SEASON, IS_NANO, SERIES_MAX } from "../profile";
import * as forest from "./forest";
import { FOREST_DIMENSIONS } from "./layout";
import * as levels from "./levels";
import { log2 } from "./log2";
import * as ring from "./ring";
import * as season from "./season";
import { slotOf } from "./series";
import * as tail from "./tail";

const LAG_S: u32 = 2;

export function closeSecond(second: u32): void {
  const judged = second - LAG_S;
  if (!IS_NANO) memory.fill(OUT, 0, FOREST_DIMENSIONS * 4);
  for (let series: u32 = 0; series < SERIES_MAX; series++) {
    const slot = slotOf(series, judged);
    if (ring.isMissing(slot)) continue;
    // A slot holds amount + 1.
    const level = log2(load<u32>(slot));
    const away = levels.observe(series, judged, level);
    if (HAS_SEASON) season.observe(series, judged, level);
    if (IS_NANO || series >= FOREST_DIMENSIONS) continue;
    store<i32>(OUT + (series << 2), away);
    tail.observe(series, judged, <f64>ring.amountIn(slot));
  }
  if (IS_NANO) return;
  const surprise = forest.observe(OUT);
  if (surprise >= 0) tail.observe(TAIL_FOREST, judged, <f64>surprise);
}
