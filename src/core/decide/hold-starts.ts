import { type RunState, taskRecord } from '../run-state.ts';
import type { Decision } from './decision.ts';
import { isWindingUp } from './holds.ts';

/** Where each start is asked about: tasks that could be started, and that the user has said nothing of. */
export function holdStarts(state: RunState): Decision {
  const { settings, control, integration } = state;
  const isAsked = settings.confirmStarts === true && integration.prepared;
  if (!isAsked || control.paused || isWindingUp(state)) return { events: [] };
  const ids = state.ready.map((rank) => state.index.byRank[rank] ?? '');
  const held = ids.filter((id) => {
    const record = taskRecord(state, id);
    return record.state.is === 'ready' && !record.allowed && !record.cancelRequested;
  });
  return { events: held.map((task) => ({ type: 'task.held', task })) };
}
