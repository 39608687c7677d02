/** How a task's state is said in reports: an icon and a word. */

import { unreachable } from '../core/result.ts';
import type { TaskStateName } from '../core/task-state.ts';

export interface StateWords {
  /** Two columns wide in a terminal. */
  readonly icon: string;
  /** In lower case. */
  readonly word: string;
}

export function stateWords(state: TaskStateName): StateWords {
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
