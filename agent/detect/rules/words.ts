/** Numbers in sentences. */

/** "1 command", "3 commands" */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** "0.4 s", "12 s", "3 min", "5 h": two figures that can be read at a glance. */
export function lasting(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** "a, b and 3 more" */
export function listed(names: readonly string[], max = 3): string {
  const shown = names.slice(0, max).join(", ");
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}

export const seconds = (ms: number): number => Math.round(ms / 100) / 10;
export const percent = (ratio: number): number => Math.round(ratio * 100);
