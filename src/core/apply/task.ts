import { feedbackOf } from '../feedback.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import { type Logged, setReadyOrWaiting, setState } from './parts.ts';

type TaskLevel = Logged<
  'task.accepted' | 'task.retrying' | 'task.failed' | 'task.cancelled' | 'task.blocked'
>;

export function applyTask(draft: Draft, event: TaskLevel): void {
  switch (event.type) {
    case 'task.accepted':
      setState(draft, event.task, { is: 'accepted', tip: event.tip });
      draft.integration = { ...draft.integration, queue: [...draft.integration.queue, event.task] };
      return;
    case 'task.retrying':
      return applyRetrying(draft, event);
    case 'task.failed':
      return setState(draft, event.task, { is: 'failed', failure: event.failure });
    case 'task.cancelled':
      leaveQueue(draft, event.task);
      return setState(draft, event.task, { is: 'cancelled' }, { cancelRequested: false });
    case 'task.blocked':
      return setState(draft, event.task, { is: 'blocked', because: event.because });
    default:
      return unreachable(event);
  }
}

function applyRetrying(draft: Draft, event: Logged<'task.retrying'>): void {
  const { resumeFrom } = taskRecord(draft, event.task);
  setReadyOrWaiting(draft, event.task, event.notBefore, {
    feedback: feedbackOf(event.failure, resumeFrom?.tip),
    // A conflict is solved on top of what it conflicts with; anything else goes on from the last tip.
    resumeFrom: event.failure.reason === 'conflict' ? null : resumeFrom,
  });
}

function leaveQueue(draft: Draft, task: string): void {
  if (!draft.integration.queue.includes(task)) return;
  draft.integration = { ...draft.integration, queue: draft.integration.queue.filter((id) => id !== task) };
}
