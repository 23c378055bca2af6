import { packed } from "./entries.ts";
import { type DomainScope, domainScopes } from "./indicator.ts";

export interface DomainItem {
  name: string;
  scope: DomainScope;
  ref: number;
}

/** Names sorted by hash; a hit is compared in full, so that a clash of hashes matches nothing. */
export interface DomainTable {
  /** Calls `found` for each domain that stands for the name, the longest first. */
  find(name: string, found: (ref: number) => void): void;
  bytes: number;
}

const SELF = domainScopes.indexOf("self");
const BELOW = domainScopes.indexOf("below");

export function createDomainTable(items: readonly DomainItem[]): DomainTable {
  const hashed = items.map((item) => ({ ...item, hash: hashOf(item.name) }));
  hashed.sort((a, b) => a.hash - b.hash || a.ref - b.ref);
  const hashes = Uint32Array.from(hashed, ({ hash }) => hash);
  const refs = Uint32Array.from(hashed, ({ ref }) => ref);
  const scopes = Uint8Array.from(hashed, ({ scope }) => domainScopes.indexOf(scope));
  const names = packed(hashed.map(({ name }) => new TextEncoder().encode(name)));

  return {
    find(name, found) {
      // A name has at most 127 labels (RFC 1035 section 2.3.4), so this ends soon.
      for (let start = 0; start >= 0; start = behindDot(name, start)) {
        const suffix = start === 0 ? name : name.slice(start);
        const hash = hashOf(suffix);
        const wrong = start === 0 ? BELOW : SELF;
        for (let at = lowerBound(hashes, hash); hashes[at] === hash; at++) {
          if (scopes[at] !== wrong && isText(names.at(at), suffix)) found(refs[at]!);
        }
      }
    },
    bytes: hashes.byteLength + refs.byteLength + scopes.byteLength + names.bytes,
  };
}

function behindDot(name: string, from: number): number {
  const dot = name.indexOf(".", from);
  return dot < 0 ? -1 : dot + 1;
}

/** FNV-1a, 32 bits. Names that were made to clash cost time in look-ups, and never a wrong match. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function isText(bytes: Uint8Array, ascii: string): boolean {
  if (bytes.length !== ascii.length) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== ascii.charCodeAt(i)) return false;
  return true;
}

export function lowerBound(sorted: Uint32Array | Uint16Array, key: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
