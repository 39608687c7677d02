/** What held the agents of a run, in words. */

import type { Hold, Protection } from '../core/isolation.ts';

/** For one line: what agents are confined by, or why they are not. */
export function confinementWords({ level, detail }: Protection): string {
  return level === 'none' ? `not confined: ${detail}` : `confined by ${level}`;
}

/** For one line: which limits hold, and how. */
export function limitWords({ limits, limitsDetail }: Protection): string {
  const names = (wanted: Hold): string[] =>
    Object.entries(limits)
      .filter(([, hold]) => hold === wanted)
      .map(([name]) => (name === 'openFiles' ? 'open files' : name));
  const parts = (['enforced', 'watched', 'none'] as const)
    .map((hold) => ({ hold, found: names(hold) }))
    .filter(({ found }) => found.length > 0)
    .map(({ hold, found }) => `${found.join(', ')}: ${hold === 'none' ? 'not limited' : hold}`);
  return [...parts, ...(limitsDetail === undefined ? [] : [limitsDetail])].join('; ');
}
