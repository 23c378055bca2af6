import { GENESIS, isHash, type Link, type Notice } from "./notice.ts";

/**
 * Kept apart from the records: where the chain begins and ends, and how far each output is. Replaced
 * as a whole, so that after a power cut the old or the new one is there.
 */
export interface Head extends Link {
  /** The newest record that was dropped to stay in bounds; the chain that is kept follows it. */
  base: Link;
  /** By name of an output: all records up to this one are delivered or refused there. */
  cursors: Readonly<Record<string, number>>;
}

const HEAD_VERSION = 1;

export const newHead = (): Head => ({ ...GENESIS, base: GENESIS, cursors: {} });

export function encodeHead({ sequence, hash, base, cursors }: Head): Uint8Array {
  const value = { version: HEAD_VERSION, sequence, hash, base, cursors };
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

/** The head in these bytes, or null where they hold none. Never throws. */
export function decodeHead(bytes: Uint8Array): Head | null {
  try {
    const { version, sequence, hash, base, cursors } = JSON.parse(new TextDecoder().decode(bytes));
    const good =
      version === HEAD_VERSION &&
      isLink({ sequence, hash }) &&
      isLink(base) &&
      base.sequence <= sequence &&
      typeof cursors === "object" &&
      cursors !== null &&
      Object.values(cursors).every(isSequence);
    return good ? { sequence, hash, base, cursors } : null;
  } catch {
    return null;
  }
}

const isSequence = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isLink = (value: Partial<Record<keyof Link, unknown>>): boolean =>
  isSequence(value.sequence) && isHash(value.hash);

/**
 * The head's cursors for the outputs that there are. Without a head all that is kept goes out again:
 * rather twice than never.
 */
export function cursorsOf(
  head: Head | null,
  tip: Link,
  notices: readonly Notice[],
  outputs: readonly string[],
): Record<string, number> {
  const unknown = head === null ? baseOf(notices).sequence : tip.sequence;
  return Object.fromEntries(
    outputs.map((name) => [name, Math.min(head?.cursors[name] ?? unknown, tip.sequence)]),
  );
}

/** What the records that are kept follow. */
export function baseOf([first]: readonly Notice[]): Link {
  return { sequence: (first?.sequence ?? 1) - 1, hash: first?.previous ?? GENESIS.hash };
}
