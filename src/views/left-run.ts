import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { openAttempt } from './task-facts.ts';
import { type StateWords, taskWords } from './task-words.ts';

/**
 * A run that nobody drives any more, as if it had been left in order when its process gave its last sign: what is said of
 * such runs is said of it too. `seenAt` is that sign, in milliseconds since the epoch, where one is known.
 */
export function asLeft(state: RunState, seenAt: number | null): RunState {
  if (state.phase.is !== 'running') return state;
  const at = Math.max(state.lastDrivenAt, seenAt ?? 0);
  return { ...state, phase: { is: 'suspended', reason: 'interrupted', at } };
}

/** The state of a task in words; of one that somebody was at when the run was left, that. */
export function wordsAsLeft(run: Pick<RunState, 'phase'>, record: TaskRecord): StateWords {
  const isCutOff = run.phase.is === 'suspended' && openAttempt(record) !== undefined;
  return isCutOff ? { icon: '⏹️', word: 'interrupted' } : taskWords(run, record);
}

/** What somebody is at, or was at when the run was left. */
export function stepAsLeft({ phase }: Pick<RunState, 'phase'>, step: string): string {
  return phase.is === 'suspended' ? `when the run was left: ${step}` : step;
}
