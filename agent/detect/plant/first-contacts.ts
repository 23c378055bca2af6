/**
 * Whether somebody gropes about: threshold random walk over first contacts (Jung, Paxson, Berger,
 * Balakrishnan: Fast Portscan Detection Using Sequential Hypothesis Testing, IEEE S&P 2004). A client
 * that knows its peers succeeds with 4 of 5 first contacts, one that gropes with 1 of 5: so each
 * failure makes groping 4 times likelier, each success 4 times less. It needs no time window, so a
 * scan of one try an hour is found as a fast one is.
 */

/** 4^6 to 1: of thousands of clients that only had bad luck, one is accused. */
export const GROPING_FAILURES_NET = 6;

/** Distinct targets that can be told apart; beyond some thousand the figures stand still. */
const SKETCH_BITS = 1024;

export interface FirstContacts {
  /** Counts a try once per target. @returns whether it was the first there */
  add(target: string, isFailed: boolean): boolean;
  /** Whether the failures outweigh. */
  readonly isGroping: boolean;
  /** About how many distinct targets were tried, and failed. */
  readonly tried: number;
  readonly failed: number;
}

export function createFirstContacts(): FirstContacts {
  const sketch = new Uint32Array(SKETCH_BITS / 32);
  let free = SKETCH_BITS;
  let score = 0;
  let tried = 0;
  let failed = 0;
  return {
    add(target, isFailed) {
      const bit = hashOf(target) % SKETCH_BITS;
      const word = sketch[bit >>> 5]!;
      const mask = 1 << (bit & 31);
      if ((word & mask) !== 0) return false;
      sketch[bit >>> 5] = word | mask;
      // A free bit stands for those as well that came to one already set (linear counting).
      const targets = SKETCH_BITS / free;
      free--;
      tried += targets;
      if (isFailed) failed += targets;
      score = isFailed ? score + 1 : Math.max(0, score - 1);
      return true;
    },
    get isGroping() {
      return score >= GROPING_FAILURES_NET;
    },
    get tried() {
      return Math.round(tried);
    },
    get failed() {
      return Math.round(failed);
    },
  };
}

/** FNV-1a of the text's UTF-16 units, its high bits folded into the low ones. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
