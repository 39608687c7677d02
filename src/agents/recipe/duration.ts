const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `250ms`, `1.5s`, `2m`, `1h` or a plain number of milliseconds; null for anything else. */
export function durationMs(value: string | number): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h)\s*$/.exec(value) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return factor === undefined || amount === undefined ? null : Number(amount) * factor;
}
