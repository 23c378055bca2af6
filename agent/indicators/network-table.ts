import { type Address, maskedWord } from "../core/address.ts";

/** A network and the number of its indicator. `port`: 0 for any. */
export interface NetworkItem {
  address: Address;
  prefix: number;
  port: number;
  ref: number;
}

/** Networks by the length of their prefix, longest first, each length a sorted table of keys. */
export interface NetworkTable {
  /** Calls `found` for each network with the address in it, the smallest first. */
  find(address: Address, found: (ref: number, port: number) => void): void;
  bytes: number;
}

interface Level {
  words: number;
  prefix: number;
  /** `words` for each network, host bits zero, ascending. */
  keys: Uint32Array;
  refs: Uint32Array;
  ports: Uint16Array;
}

/** At most 33 levels of IPv4 and 129 of IPv6 exist: a look-up is as many binary searches. */
export function createNetworkTable(items: readonly NetworkItem[]): NetworkTable {
  const grouped = new Map<number, NetworkItem[]>();
  for (const item of items) {
    const level = item.address.length * 1000 + item.prefix;
    const group = grouped.get(level);
    if (group === undefined) grouped.set(level, [item]);
    else group.push(item);
  }
  const levels = [...grouped.values()].map(levelOf).sort((a, b) => b.prefix - a.prefix);
  const byWords = new Map([1, 4].map((words) => [words, levels.filter((l) => l.words === words)]));
  const key = new Uint32Array(4);

  return {
    find(address, found) {
      for (const level of byWords.get(address.length) ?? []) {
        for (let i = 0; i < level.words; i++) key[i] = maskedWord(address[i]!, i, level.prefix);
        for (let at = lowerBound(level, key); isKeyAt(level, at, key); at++) {
          found(level.refs[at]!, level.ports[at]!);
        }
      }
    },
    bytes: levels.reduce(
      (sum, { keys, refs, ports }) => sum + keys.byteLength + refs.byteLength + ports.byteLength,
      0,
    ),
  };
}

function levelOf(items: NetworkItem[]): Level {
  const words = items[0]!.address.length;
  items.sort((a, b) => compare(a.address, b.address) || a.ref - b.ref);
  const keys = new Uint32Array(items.length * words);
  for (const [index, { address }] of items.entries()) keys.set(address, index * words);
  const refs = Uint32Array.from(items, ({ ref }) => ref);
  const ports = Uint16Array.from(items, ({ port }) => port);
  return { words, prefix: items[0]!.prefix, keys, refs, ports };
}

function compare(one: Address, other: Address): number {
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i]) return one[i]! - other[i]!;
  }
  return 0;
}

/** The first place whose key is not below. */
function lowerBound(level: Level, key: Uint32Array): number {
  let [low, high] = [0, level.refs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(level, middle, key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBelow({ keys, words }: Level, at: number, key: Uint32Array): boolean {
  for (let i = 0; i < words; i++) {
    const word = keys[at * words + i]!;
    if (word !== key[i]) return word < key[i]!;
  }
  return false;
}

function isKeyAt({ keys, words, refs }: Level, at: number, key: Uint32Array): boolean {
  if (at >= refs.length) return false;
  for (let i = 0; i < words; i++) if (keys[at * words + i] !== key[i]) return false;
  return true;
}
