import { MAY_IT_START } from '../consent.ts';
import { unreachable } from '../result.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import { leaveIntegration } from './integration.ts';
import { type Logged, nextTry, setReadyOrWaiting, setState } from './parts.ts';
import { needUser } from './resolving.ts';

type TaskLevel = Logged<
  | 'task.accepted'
  | 'task.retrying'
  | 'task.failed'
  | 'task.unresolved'
  | 'task.cancelled'
  | 'task.blocked'
  | 'task.held'
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
    case 'task.unresolved':
      return needUser(draft, event.task, event.failure);
    case 'task.cancelled':
      leaveIntegration(draft, event.task);
      return setState(draft, event.task, { is: 'cancelled' }, { cancelRequested: false });
    case 'task.held':
      return setState(draft, event.task, { is: 'asking', question: MAY_IT_START, held: true });
    case 'task.blocked':
      return setState(draft, event.task, { is: 'blocked', because: event.because });
    default:
      return unreachable(event);
  }
}

function applyRetrying(draft: Draft, event: Logged<'task.retrying'>): void {
  const record = taskRecord(draft, event.task);
  setReadyOrWaiting(draft, event.task, event.notBefore, nextTry(record, event.failure));
}
