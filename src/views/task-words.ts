/** How a task's state is said in reports: an icon and a word. */

import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { isSettled, type TaskRecord, type TaskStateName } from '../core/task-state.ts';

export interface StateWords {
  /** Two columns wide in a terminal. */
  readonly icon: string;
  /** In lower case. */
  readonly word: string;
}

/** A run that has ended holds nothing that is still on its way; what it left behind has words of its own. */
export type ShownState =
  | TaskStateName
  /** No agent has begun it. */
  | 'not-started'
  /** An agent has begun it, and nothing of it was accepted. */
  | 'unfinished'
  /** Its work was accepted and is kept on its branch; the integration branch does not hold it. */
  | 'not-merged';

export function shownState(
  { phase }: Pick<RunState, 'phase'>,
  { state, attempts }: Pick<TaskRecord, 'state' | 'attempts'>,
): ShownState {
  if (phase.is === 'running') return state.is;
  // Nobody merges it now.
  if (phase.is === 'suspended') return state.is === 'merging' ? 'accepted' : state.is;
  if (isSettled(state)) return state.is;
  const { is } = state;
  if (is === 'accepted' || is === 'merging' || is === 'conflicted' || is === 'needs-user')
    return 'not-merged';
  return attempts.length === 0 ? 'not-started' : 'unfinished';
}

export function taskWords(
  run: Pick<RunState, 'phase'>,
  record: Pick<TaskRecord, 'state' | 'attempts'>,
): StateWords {
  return stateWords(shownState(run, record));
}

function stateWords(state: ShownState): StateWords {
  switch (state) {
    case 'waiting':
      return { icon: '⏸️', word: 'waiting' };
    case 'ready':
      return { icon: '⏸️', word: 'ready to start' };
    case 'running':
      return { icon: '⏳', word: 'in progress' };
    case 'waiting-for-quota':
      return { icon: '⏳', word: 'waiting for quota' };
    case 'asking':
      return { icon: '❓', word: 'asking' };
    case 'checking':
      return { icon: '⏳', word: 'being checked' };
    case 'reviewing':
      return { icon: '⏳', word: 'in review' };
    case 'qa-blocked':
      return { icon: '❓', word: 'waits for you: QA is blocked' };
    case 'setback':
      return { icon: '⏳', word: 'set back' };
    case 'accepted':
      return { icon: '✅', word: 'done, waits for its merge' };
    case 'merging':
      return { icon: '✅', word: 'done, being merged' };
    case 'conflicted':
      return { icon: '⏳', word: 'conflict being resolved' };
    case 'needs-user':
      return { icon: '❓', word: 'waits for you: a conflict' };
    case 'merged':
      return { icon: '✅', word: 'done' };
    case 'failed':
      return { icon: '❌', word: 'failed' };
    case 'blocked':
      return { icon: '🚫', word: 'blocked' };
    case 'skipped':
      return { icon: '⏭️', word: 'skipped' };
    case 'done-before':
      return { icon: '☑️', word: 'done before' };
    case 'cancelled':
      return { icon: '🛑', word: 'cancelled' };
    case 'not-started':
      return { icon: '⏸️', word: 'not started' };
    case 'unfinished':
      return { icon: '⏹️', word: 'not finished' };
    case 'not-merged':
      return { icon: '⏹️', word: 'done, not merged' };
    default:
      return unreachable(state);
  }
}
