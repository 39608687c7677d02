/** The most that agents were seen to use of the machine. */

import type { Peaks } from '../core/isolation.ts';
import type { RunState } from '../core/run-state.ts';
import { sizeText } from '../core/size-text.ts';
import type { AttemptRecord } from '../core/task-state.ts';

export interface PeakFacts {
  /** Of one attempt, and whose that was. */
  readonly most: number;
  readonly task: string;
  readonly attempt: number;
  /** No more than this at any time, if all that ran at once had had its own peak then. */
  readonly together: number;
  /** Attempts that were looked at, of those that have ended. */
  readonly seen: number;
  readonly ended: number;
}

interface Ended {
  readonly task: string;
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly value: number | undefined;
}

/** Null where nobody has looked. */
export function peakFacts(state: RunState, of: keyof Peaks): PeakFacts | null {
  const ended = [...state.tasks.values()].flatMap(({ id, attempts }) =>
    attempts.flatMap((each) => endedOf(id, each, of)),
  );
  const seen = ended.flatMap((each) => (each.value === undefined ? [] : [{ ...each, value: each.value }]));
  const [first, ...others] = seen;
  if (first === undefined) return null;
  const top = others.reduce((best, each) => (each.value > best.value ? each : best), first);
  // Whatever ran at once with something ran at once when the latest of them began.
  const sums = seen.map(({ from }) =>
    seen.reduce((sum, each) => (each.from <= from && from < each.to ? sum + each.value : sum), 0),
  );
  return {
    most: top.value,
    task: top.task,
    attempt: top.number,
    together: Math.max(top.value, ...sums),
    seen: seen.length,
    ended: ended.length,
  };
}

function endedOf(task: string, attempt: AttemptRecord, of: keyof Peaks): Ended[] {
  const { number, startedAt: from, endedAt: to, outcome } = attempt;
  if (from === undefined || to === undefined) return [];
  return [{ task, number, from, to, value: outcome?.peaks?.[of] }];
}

export function peakWords(facts: PeakFacts | null, of: keyof Peaks): string {
  if (facts === null) return 'not measured';
  const { most, task, attempt, together, seen, ended } = facts;
  const size = (value: number): string => (of === 'cpus' ? coreWords(value) : sizeText(value));
  const others = together > most ? `; at most ${size(together)} by all at once` : '';
  const part = seen < ended ? `; ${seen} of ${ended} attempts were looked at` : '';
  return `${size(most)} by one agent (${task}, attempt ${attempt})${others}${part}`;
}

function coreWords(cpus: number): string {
  return `${Math.round(cpus * 100)}% of a core`;
}
