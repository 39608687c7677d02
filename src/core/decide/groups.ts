import type { EventBody } from '../event.ts';
import { groupBranchKey } from '../intent-key.ts';
import type { Group, TaskId } from '../plan.ts';
import { type GroupRecord, groupRecord, type RunState, taskRecord } from '../run-state.ts';
import { isLostToDependents } from '../task-state.ts';
import { blockBehind } from './block-behind.ts';
import type { Decision } from './decision.ts';
import { isAtCheckpoint, isWindingUp } from './holds.ts';

/** Closes groups whose tasks are settled, blocks those whose turn will not come, and opens those whose turn it is. */
export function turnGroups(state: RunState): Decision {
  const events: EventBody[] = [];
  if (!state.integration.prepared) return { events };
  const { broken } = state.integration;
  if (broken !== null && groupRecord(state, broken.group).state === 'open') {
    return { events: [{ type: 'group.failed', group: broken.group, failure: broken.failure }] };
  }
  for (const group of state.plan.groups) {
    const record = groupRecord(state, group.number);
    if (record.state !== 'open' || record.unsettled > 0) continue;
    // That of an earlier end, from before a task was tried again.
    if (state.open.has(groupBranchKey(group.number))) continue;
    events.push({ type: 'group.closed', group: group.number }, ...leaveBranch(state, group, record));
  }
  if (events.length > 0 || isWindingUp(state)) return { events };
  const turns = state.plan.groups.filter((group) => isItsTurn(state, group));
  for (const group of turns) events.push(...blockGroup(state, group));
  if (events.length > 0 || isAtCheckpoint(state)) return { events };
  for (const { number } of turns) events.push({ type: 'group.opened', group: number });
  return { events };
}

/** A group that has brought nothing leaves none. */
function leaveBranch(
  { integration, tasks }: RunState,
  { number, branch, tasks: ids }: Group,
  { branch: before }: GroupRecord,
): readonly EventBody[] {
  if (branch === undefined || !ids.some((id) => tasks.get(id)?.state.is === 'merged')) return [];
  const from = before?.is === 'set' ? before.at : null;
  return [{ type: 'group.branching', group: number, branch, from, to: integration.tip }];
}

/** One group a session needs groups that end, also where tasks start by their dependencies alone. */
function isItsTurn(state: RunState, group: Group): boolean {
  if (groupRecord(state, group.number).state !== 'pending') return false;
  const { schedule, oneGroup } = state.settings;
  return (
    (schedule === 'dag' && !oneGroup) ||
    group.after.every((number) => state.groups.get(number)?.state === 'closed')
  );
}

/** Of a group that waits for what is lost first the tasks, then the group itself: it is passed over. */
function blockGroup(state: RunState, group: Group): readonly EventBody[] {
  const lost = lostBefore(state, group);
  if (lost === undefined) return [];
  const waiting = group.tasks.filter((id) => taskRecord(state, id).state.is === 'waiting');
  if (waiting.length === 0) return [{ type: 'group.closed', group: group.number }];
  const seen = new Set<TaskId>(waiting);
  return [
    ...waiting.map((task): EventBody => ({ type: 'task.blocked', task, because: lost })),
    ...waiting.flatMap((task) => blockBehind(state, task, seen)),
  ];
}

function lostBefore({ index, settings, tasks }: RunState, group: Group): TaskId | undefined {
  if (settings.schedule === 'dag' || group.afterSuccess !== true) return undefined;
  return group.after
    .flatMap((number) => index.group.get(number)?.tasks ?? [])
    .find((id) => isLostToDependents(tasks.get(id)?.state ?? { is: 'waiting' }));
}
