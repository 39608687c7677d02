/** What attempts have left that is no part of a task's work. Names of agents' making are part of it. */

import type { AttemptOutcome } from '../core/attempt.ts';
import { besideWords } from '../core/left-beside.ts';
import type { TaskRecord } from '../core/task-state.ts';

/** Null for nothing, and where the words of its failure say so. */
export function leftWords(outcome: AttemptOutcome | undefined): string | null {
  if (outcome?.untaken !== undefined) return `its work could not be taken over: ${outcome.untaken}`;
  if (outcome?.work === undefined) return null;
  if (outcome.is === 'failed' && outcome.failure.reason === 'nothing-changed') return null;
  const words = besideWords(outcome.work);
  return words.length === 0 ? null : words.join('; ');
}

/** Of each attempt one, oldest first. */
export function leftNotes({ attempts }: Pick<TaskRecord, 'attempts'>): readonly string[] {
  return attempts.flatMap(({ number, outcome }) => {
    const words = leftWords(outcome);
    return words === null ? [] : [`attempt ${number}: ${words}`];
  });
}
