const CELLS = 16;

/** `[████████░░░░░░░░]`: sixteen cells, filled two at a time, and never fuller than the truth. */
export function bar(done: number, total: number): string {
  return `[${cells(total <= 0 ? 0 : done / total)}]`;
}

/** The same without brackets; `share` is 0 to 1, anything outside is taken as its nearest. */
export function cells(share: number): string {
  const filled = 2 * Math.floor((CELLS / 2) * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)));
  return '█'.repeat(filled) + '░'.repeat(CELLS - filled);
}
