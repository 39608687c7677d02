/** Full names of the refs that Coxswain reads and writes. */

import type { AttemptId } from '../../core/attempt.ts';
import { hash32, safeName } from '../../core/names.ts';

/** Everything that keeps objects of runs from being collected. */
export const PINS = 'refs/cox/';

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

/** The folder of those of all attempts of a run. */
export function attemptPins(run: string): string {
  return `${PINS}${safeName(run)}/attempts/`;
}

/** Under which an attempt's tip, and what else was found in its slot, is kept. */
export function attemptPin({ run, task, number }: AttemptId): string {
  return `${attemptPins(run)}${safeName(task)}/${number}`;
}

/** For work that was found in a slot beside the tip: no name of it may lie under the tip's own ref. */
export function besidePin(attempt: AttemptId, commit: string): string {
  return `${besidePins(attempt)}${attempt.number}-${commit.slice(0, 12)}`;
}

/** The folder of those of all attempts at a task. */
export function besidePins({ run, task }: Pick<AttemptId, 'run' | 'task'>): string {
  return `${PINS}${safeName(run)}/beside/${safeName(task)}/`;
}

/** For what a branch held before it was moved. */
export function replacedPin(run: string, branch: string, commit: string): string {
  return `${PINS}${safeName(run)}/replaced/${hash32(branch)}-${commit.slice(0, 12)}`;
}

export function candidatePins(run: string): string {
  return `${PINS}${safeName(run)}/candidates/`;
}

export function candidatePin(run: string, commit: string): string {
  return `${candidatePins(run)}${commit}`;
}

/** A full object id; everything else that claims to be a commit is refused before git sees it. */
export function isCommitId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
