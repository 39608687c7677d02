/** How an audit's finding of a flawed package is said, so that reports find its severity again. */

export const SEVERITIES = ['critical', 'high', 'moderate', 'medium', 'low', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** `severity`: null where the audit does not tell it. */
export function flawWords(name: string, severity: Severity | null): string {
  return `${name} has a known flaw${severity === null ? '' : ` (${severity})`}`;
}

/** Null where the words do not end with one. */
export function severityIn(words: string): Severity | null {
  const found = / has a known flaw \(([a-z]+)\)$/.exec(words)?.[1];
  return SEVERITIES.find((severity) => severity === found) ?? null;
}
