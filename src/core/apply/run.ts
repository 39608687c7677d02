import { groupBranchKey, intentKey } from '../intent-key.ts';
import { unreachable } from '../result.ts';
import { CLOSED_BREAKER, type Draft, groupRecord } from '../run-state.ts';
import { type Logged, setReadyOrWaiting } from './parts.ts';
import { lookAnew } from './resolving.ts';
import { reviewAnew } from './review.ts';
import { forgetRefusals } from './throttles.ts';

type RunLevel = Logged<
  | 'run.created'
  | 'run.opened'
  | 'run.suspended'
  | 'run.finished'
  | 'breaker.opened'
  | 'group.opened'
  | 'group.closed'
  | 'group.failed'
  | 'group.branching'
  | 'group.branched'
>;

export function applyRun(draft: Draft, event: RunLevel): void {
  switch (event.type) {
    case 'run.created':
      throw new Error(`run ${event.run} was created twice`);
    case 'run.opened':
      return applyOpened(draft, event);
    case 'run.suspended':
      letGo(draft, event.at);
      draft.phase = { is: 'suspended', reason: event.reason, at: event.at };
      draft.owner = null;
      return;
    case 'run.finished':
      letGo(draft, event.at);
      draft.phase = { is: 'finished', status: event.status, at: event.at };
      draft.owner = null;
      return;
    case 'breaker.opened':
      draft.breaker = {
        ...draft.breaker,
        // One more equal failure opens it again.
        count: draft.settings.breaker.failures - 1,
        openings: draft.breaker.openings + 1,
        until: event.until,
      };
      return;
    case 'group.opened':
      return applyGroupOpened(draft, event);
    case 'group.closed':
      return applyGroupClosed(draft, event);
    case 'group.failed':
      draft.groups.set(event.group, {
        ...groupRecord(draft, event.group),
        state: 'failed',
        closedAt: event.at,
      });
      return;
    case 'group.branching':
      draft.open.set(intentKey(event), event);
      return;
    case 'group.branched':
      draft.open.delete(groupBranchKey(event.group));
      draft.groups.set(event.group, { ...groupRecord(draft, event.group), branch: event.result });
      return;
    default:
      return unreachable(event);
  }
}

function applyGroupClosed(draft: Draft, event: Logged<'group.closed'>): void {
  const record = groupRecord(draft, event.group);
  draft.groups.set(event.group, { ...record, state: 'closed', closedAt: event.at });
  const wasOpen = record.openedAt !== undefined;
  if (wasOpen && hasWork(draft, event.group)) draft.closedSinceOpened += 1;
}

/** There is no reason to stop behind a group that was done before. */
function hasWork(draft: Draft, group: number): boolean {
  const tasks = draft.index.group.get(group)?.tasks ?? [];
  return tasks.length === 0 || tasks.some((id) => draft.tasks.get(id)?.state.is !== 'done-before');
}

function applyOpened(draft: Draft, event: Logged<'run.opened'>): void {
  // After a crash nobody has let go of it; then it was driven until its owner last wrote.
  letGo(draft, draft.lastDrivenAt);
  draft.driven = { ...draft.driven, since: event.at };
  draft.owner = event.owner;
  draft.protection = event.protection;
  if (draft.phase.is === 'suspended') {
    draft.phase = { is: 'running' };
    // Whoever left it and goes on has had time to mend the cause. After a crash nobody has.
    draft.breaker = CLOSED_BREAKER;
  }
  if (draft.dependencies.is === 'failed') draft.dependencies = { is: 'wanted' };
  draft.control = { ...draft.control, stopping: null, paused: false };
  draft.integration = { ...draft.integration, movedTo: null };
  draft.closedSinceOpened = 0;
  forgetRefusals(draft);
  for (const record of draft.tasks.values()) {
    reviewAnew(draft, record, event.at);
    lookAnew(draft, record, 'look');
  }
}

function letGo(draft: Draft, at: number): void {
  const { ms, since } = draft.driven;
  if (since !== null) draft.driven = { ms: ms + Math.max(0, at - since), since: null };
}

function applyGroupOpened(draft: Draft, event: Logged<'group.opened'>): void {
  const record = groupRecord(draft, event.group);
  draft.groups.set(event.group, { ...record, state: 'open', openedAt: event.at });
  for (const id of draft.index.group.get(event.group)?.tasks ?? []) {
    if (draft.tasks.get(id)?.state.is === 'waiting') setReadyOrWaiting(draft, id, 0);
  }
}
