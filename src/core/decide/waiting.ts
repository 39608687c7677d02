/** Tasks that wait for an agent to be started. */

import { isWithoutAgent } from '../agent-choice.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import { isApproved, type TaskRecord } from '../task-state.ts';
import { isWindingUp } from './holds.ts';

/** The most urgent first. */
export function* ready(state: RunState): Iterable<TaskRecord> {
  for (const rank of state.ready) yield taskRecord(state, state.index.byRank[rank] ?? '');
}

/** In the order in which they came to be reviewed. */
export function* reviews(state: RunState): Iterable<TaskRecord> {
  for (const id of state.undecided) {
    const record = taskRecord(state, id);
    const { state: now, cancelRequested } = record;
    if (now.is !== 'reviewing' || now.attempt !== null || cancelRequested) continue;
    if (!isApproved(now, state.index.task.get(id))) yield record;
  }
}

/** Of conflicts. They stand first: their work is done and was looked at. */
export function* resolvings(state: RunState): Iterable<TaskRecord> {
  for (const id of state.undecided) {
    const record = taskRecord(state, id);
    const { state: now, cancelRequested } = record;
    if (now.is === 'conflicted' && now.attempt === null && now.handedIn === null && !cancelRequested)
      yield record;
  }
}

/** Of questions. */
export function* advisings(state: RunState): Iterable<TaskRecord> {
  for (const id of state.undecided) {
    const record = taskRecord(state, id);
    const { state: now, cancelRequested } = record;
    if (now.is === 'asking' && now.adviser?.attempt === null && !cancelRequested) yield record;
  }
}

/** Something is left to be started whose agents' credentials are all refused. */
export function lacksCredentials(state: RunState): boolean {
  if (state.throttles.size === 0) return false;
  const starts = isWindingUp(state) ? [] : [...advisings(state), ...ready(state)];
  for (const records of [resolvings(state), reviews(state), starts])
    for (const record of records) if (isWithoutAgent(state, record)) return true;
  return false;
}
