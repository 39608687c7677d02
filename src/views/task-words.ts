/** How a task's state is said in reports: an icon and a word. */

import { unreachable } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord, TaskStateName } from '../core/task-state.ts';

export interface StateWords {
  /** Two columns wide in a terminal. */
  readonly icon: string;
  /** In lower case. */
  readonly word: string;
}

/** In a run that has ended, nothing waits for anything any more. */
export function taskWords(
  { phase }: Pick<RunState, 'phase'>,
  { state }: Pick<TaskRecord, 'state'>,
): StateWords {
  if (phase.is === 'running') return stateWords(state.is);
  const finished = phase.is === 'finished';
  switch (state.is) {
    case 'accepted':
    case 'merging':
      return finished ? { icon: '⏹️', word: 'done, not merged' } : stateWords('accepted');
    case 'waiting':
    case 'ready':
      return finished ? { icon: '⏸️', word: 'not started' } : stateWords(state.is);
    default:
      return stateWords(state.is);
  }
}

function stateWords(state: TaskStateName): StateWords {
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
    case 'setback':
      return { icon: '⏳', word: 'set back' };
    case 'accepted':
      return { icon: '✅', word: 'done, waits for its merge' };
    case 'merging':
      return { icon: '✅', word: 'done, being merged' };
    case 'merged':
      return { icon: '✅', word: 'done' };
    case 'failed':
      return { icon: '❌', word: 'failed' };
    case 'blocked':
      return { icon: '🚫', word: 'blocked' };
    case 'skipped':
      return { icon: '⏭️', word: 'skipped' };
    case 'cancelled':
      return { icon: '🛑', word: 'cancelled' };
    default:
      return unreachable(state);
  }
}
