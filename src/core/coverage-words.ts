/** How the check of coverage says its share, so that reports find it again. */

export function coverageWords(percent: number): string {
  return `${percent.toFixed(1)} % of lines`;
}

/** In percent; null where a text does not begin with such words. */
export function coverageIn(detail: string): number | null {
  const share = /^(\d{1,3}\.\d) % of lines\b/.exec(detail)?.[1];
  return share === undefined ? null : Number(share);
}
