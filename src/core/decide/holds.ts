/** Reasons for which a run starts nothing more. */

import { isSpent } from '../budget.ts';
import type { RunState } from '../run-state.ts';

/** On its way to its end: what runs may end, nothing new begins. */
export function isWindingUp(state: RunState): boolean {
  const { control, integration, settings } = state;
  const failedEnough = settings.onFailure === 'stop' && state.failedTasks > 0;
  return (
    control.cancelled ||
    control.stopping !== null ||
    integration.broken !== null ||
    failedEnough ||
    isSpent(state)
  );
}

/** The work to be reviewed is done: after a failure elsewhere it is still wanted. */
export function holdsReviews(state: RunState): boolean {
  const { control, integration } = state;
  return (
    control.cancelled ||
    control.stopping !== null ||
    integration.broken !== null ||
    integration.movedTo !== null ||
    isSpent(state)
  );
}

/** A checkpoint after each group was asked for, and one was closed since the run was opened. */
export function isAtCheckpoint(state: RunState): boolean {
  return state.settings.oneGroup && state.closedSinceOpened > 0;
}
