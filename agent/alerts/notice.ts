import { createHash } from "node:crypto";
import type { Finding } from "../core/finding.ts";
import { canonicalJson } from "./canonical.ts";
import { isFinding } from "./check.ts";

/** Why a finding is told: it began, it got worse, it still lasts, it ended. */
export const noticeKinds = ["raised", "escalated", "reminder", "ended"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface NoticeDraft {
  kind: NoticeKind;
  finding: Finding;
  /** How often it was found since it began. */
  count: number;
  /** Reminders so far, this one included. */
  reminder: number;
}

/** A finding as it was recorded and goes out. */
export interface Notice extends NoticeDraft {
  /** 1, 2, 3 … over restarts. */
  sequence: number;
  recordedMs: number;
  /** Hash of the record before; 64 zeros before the first. */
  previous: string;
  /** SHA-256 (hex) of `previous` and the canonical JSON of all members but `previous` and this one. */
  hash: string;
}

/** A record's place in the chain. */
export interface Link {
  sequence: number;
  hash: string;
}

export const GENESIS: Link = { sequence: 0, hash: "0".repeat(64) };

/** The record that follows `after`. */
export function sealed(draft: NoticeDraft, after: Link, recordedMs: number): Notice {
  const { kind, finding, count, reminder } = draft;
  const sequence = after.sequence + 1;
  const open = { kind, finding, count, reminder, sequence, recordedMs, previous: after.hash };
  return { ...open, hash: hashOf(open) };
}

/** What the record's hash must be. */
export function hashOf({ previous, ...members }: Omit<Notice, "hash"> & { hash?: string }): string {
  const { hash: _, ...hashed } = members;
  return createHash("sha256").update(previous).update(canonicalJson(hashed)).digest("hex");
}

/** A record's line, without its end. */
export const lineOf = (notice: Notice): string => canonicalJson(notice);

/** The record in a line, whose hash nobody has checked; null for what is none. Never throws. */
export function noticeOf(line: string): Notice | null {
  let value: Partial<Record<keyof Notice, unknown>> | null;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { kind, finding, count, reminder, sequence, recordedMs, previous, hash } = value;
  const good =
    noticeKinds.includes(kind as NoticeKind) &&
    isFinding(finding) &&
    [count, reminder, recordedMs].every((number) => Number.isSafeInteger(number)) &&
    Number.isSafeInteger(sequence) &&
    (sequence as number) > 0 &&
    [previous, hash].every(isHash);
  return good ? (value as Notice) : null;
}

export const isHash = (text: unknown): text is string =>
  typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
