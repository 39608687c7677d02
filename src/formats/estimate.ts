/** How long a task is thought to take, as plans write it. */

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  // Of work: plans of people count days of eight hours and weeks of five days.
  d: 8 * 3600,
  w: 40 * 3600,
};

const AMOUNT = String.raw`(\d{1,9}(?:\.\d{1,9})?)`;
const UNIT = '(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)';
const RANGE = new RegExp(`^${AMOUNT}\\s?(?:-|–|—|to)\\s?(?=\\d)`, 'i');
const PART = new RegExp(`^${AMOUNT}[\\s-]?${UNIT}(?![a-z])[\\s,]*`, 'i');

/** Seconds of `6h`, `1h 32min`, `~2 days`, `4-6h` (the longer one); null for what is no time. */
export function estimateSeconds(text: string): number | null {
  let rest = text
    .trim()
    .slice(0, 100)
    .replace(/^(?:~|≈|ca?\.?\s|about\s|approx\.?\s)\s*/i, '');
  rest = rest.replace(RANGE, '');
  let seconds = 0;
  for (let part = PART.exec(rest); part !== null; part = PART.exec(rest)) {
    seconds += Number(part[1]) * (SECONDS[part[2]?.[0]?.toLowerCase() ?? ''] ?? 0);
    rest = rest.slice(part[0].length);
    if (rest === '') return Math.round(seconds);
  }
  return null;
}

/** The same of a place for nothing else, with more in parentheses: `2-3 hours (with tests)`, `M (2-4h)`. */
export function estimateIn(text: string): number | null {
  const [, before = '', inner = ''] = /^([^()]{0,80})\(([^()]{0,80})\)\s*$/.exec(text.slice(0, 200)) ?? [];
  const whole = estimateSeconds(text);
  if (whole !== null || inner === '') return whole;
  return estimateSeconds(before.trim()) ?? (isSize(before.trim()) ? estimateSeconds(inner.trim()) : null);
}

/** How large a task is, in words that tell no time: `M`, `Low`, `3pts`. */
export function isSize(text: string): boolean {
  return /^(?:xs|s|m|l|xl|xxl|small|medium|large|low|moderate|high|trivial|simple|\d{1,3}(?:\.5)?\s?(?:pts?|points?|sp|story points?))$/i.test(
    text.trim(),
  );
}
