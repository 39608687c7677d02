import type { EventBody } from '../event.ts';
import type { Group } from '../plan.ts';
import { groupRecord, type RunState } from '../run-state.ts';
import type { Decision } from './decision.ts';
import { isAtCheckpoint, isWindingUp } from './holds.ts';

/** Closes groups whose tasks are settled, and opens those whose turn it is. */
export function turnGroups(state: RunState): Decision {
  const events: EventBody[] = [];
  if (!state.integration.prepared) return { events };
  const { broken } = state.integration;
  if (broken !== null && groupRecord(state, broken.group).state === 'open') {
    return { events: [{ type: 'group.failed', group: broken.group, failure: broken.failure }] };
  }
  for (const group of state.plan.groups) {
    const record = groupRecord(state, group.number);
    if (record.state === 'open' && record.unsettled === 0)
      events.push({ type: 'group.closed', group: group.number });
  }
  if (events.length > 0 || isWindingUp(state) || isAtCheckpoint(state)) return { events };
  for (const group of state.plan.groups) {
    if (mayOpen(state, group)) events.push({ type: 'group.opened', group: group.number });
  }
  return { events };
}

function mayOpen(state: RunState, group: Group): boolean {
  if (groupRecord(state, group.number).state !== 'pending') return false;
  return (
    state.settings.schedule === 'dag' ||
    group.after.every((number) => state.groups.get(number)?.state === 'closed')
  );
}
