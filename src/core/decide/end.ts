import { isSpent } from '../budget.ts';
import type { EventBody, RunStatus, SuspendReason } from '../event.ts';
import type { RunState } from '../run-state.ts';
import type { Decision } from './decision.ts';
import { holdsReviews, isAtCheckpoint, isWindingUp } from './holds.ts';
import { isBusy } from './integrate.ts';
import { openChecks } from './prove.ts';
import { startAttempts } from './start.ts';
import { lacksCredentials } from './waiting.ts';

/** Ends the run, or leaves it for `resume`, when nothing is under way and nothing more can begin. */
export function endRun(state: RunState, now: number): Decision {
  if (state.running.size > 0) return { events: [] };
  const stopping = state.control.stopping;
  // What is being checked goes on at the next resume: its result is kept with the check.
  if (stopping?.mode === 'now') return suspend(stopping.reason);
  if (isBusy(state) || openChecks(state) > 0) return { events: [] };
  if (stopping !== null) return suspend(stopping.reason);
  if (isWithoutBranch(state)) return suspend('branch-moved');
  if (isSettled(state)) return finish(state);
  if (state.dependencies.is === 'failed') return suspend('dependencies');
  const looked = counts(state, 'reviewing') + counts(state, 'conflicted');
  if (looked > 0 && !holdsReviews(state)) return untilStarted(state, now);
  if (isAdvised(state) && !isWindingUp(state)) return untilStarted(state, now);
  if (isSpent(state)) return suspend('budget');
  if (isWindingUp(state)) return finish(state);
  if (state.control.paused || state.ready.length > 0) return untilStarted(state, now);
  if (isAtCheckpoint(state)) return suspend('checkpoint');
  if (counts(state, 'asking') > 0) return suspend('question');
  if (counts(state, 'qa-blocked') > 0) return suspend('qa-blocked');
  if (counts(state, 'needs-user') > 0) return suspend('conflict');
  return finish(state);
}

/** Somebody has to put the branch back, unless nothing more is to be merged. */
function isWithoutBranch({ integration, control }: RunState): boolean {
  return integration.movedTo !== null && !control.cancelled;
}

/** Somebody is to be started later, unless that waits for what lacks credentials: a scope may be held by it. */
function untilStarted(state: RunState, now: number): Decision {
  const isLeft = !state.control.paused && startAttempts(state, now).wakeAt === undefined;
  return isLeft && lacksCredentials(state) ? suspend('credentials') : { events: [] };
}

function suspend(reason: SuspendReason): Decision {
  return { events: [{ type: 'run.suspended', reason }] };
}

function finish(state: RunState): Decision {
  const event: EventBody = { type: 'run.finished', status: statusOf(state) };
  return { events: [event] };
}

function statusOf(state: RunState): RunStatus {
  if (state.control.cancelled) return 'cancelled';
  return state.unmergedTasks === 0 ? 'succeeded' : 'failed';
}

function isSettled(state: RunState): boolean {
  for (const group of state.groups.values()) if (group.unsettled > 0) return false;
  return true;
}

/** An adviser will look at some question. */
function isAdvised({ tasks }: RunState): boolean {
  return [...tasks.values()].some(({ state }) => state.is === 'asking' && state.adviser !== undefined);
}

function counts(state: RunState, name: string): number {
  let count = 0;
  for (const { state: task } of state.tasks.values()) if (task.is === name) count += 1;
  return count;
}
