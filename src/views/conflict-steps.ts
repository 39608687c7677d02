/** What the user does about a conflict that nobody else has resolved. */

import { branchOf } from '../core/decide/start.ts';
import { printableLine } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import type { TaskRecord } from '../core/task-state.ts';

export interface ConflictStep {
  /** Untrusted text may be part of it. */
  readonly what: string;
  /** A command line for a POSIX shell. */
  readonly code: string;
}

const MOST_PATHS = 5;
/** In one command. */
const MOST_ADDED = 100;

/** Null for a task that does not need the user for that. In this order, in the user's own checkout. */
export function conflictSteps(
  state: RunState,
  { id, state: now }: TaskRecord,
): readonly ConflictStep[] | null {
  if (now.is !== 'needs-user') return null;
  const { onto, paths } = now.conflict;
  const { branch, tip } = state.integration;
  // The branch stands behind what waits for its group.
  const other = onto === tip ? shellWord(branch) : onto;
  return [
    { what: `Stand on the branch of ${id}`, code: `git switch ${shellWord(branchOf(state, id))}` },
    { what: 'Merge what it conflicts with', code: `git merge ${other}` },
    { what: `Edit ${pathWords(paths)}, then say that it is resolved`, code: adding(paths) },
    { what: 'Commit the merge', code: 'git commit --no-edit' },
    { what: 'Leave the branch', code: 'git switch -' },
    state.phase.is === 'running'
      ? { what: 'Hand it in', code: `cox retry ${shellWord(id)} --run ${state.run}` }
      : { what: 'Go on with it', code: `cox resume ${state.run}` },
  ];
}

/**
 * These alone: what else the checkout has changed, marks in a plan among it, would become the task's work. Names that
 * cannot be shown as they are make no command that could be typed.
 */
function adding(paths: readonly string[]): string {
  const isPlain = paths.length <= MOST_ADDED && paths.every((path) => printableLine(path) === path);
  return isPlain ? `git add --all -- ${paths.map(shellWord).join(' ')}` : 'git add --update';
}

function pathWords(paths: readonly string[]): string {
  const rest = paths.length - MOST_PATHS;
  const named = paths.slice(0, MOST_PATHS).map(printableLine).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}
