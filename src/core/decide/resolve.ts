import type { Conflicted } from '../conflicted.ts';
import type { EventBody } from '../event.ts';
import { resolutionKey, takeoverKey } from '../intent-key.ts';
import { candidateTip } from '../merge-queue.ts';
import { type RunState, taskRecord } from '../run-state.ts';
import type { TaskRecord } from '../task-state.ts';
import { workBase } from '../task-state.ts';
import type { Decision } from './decision.ts';
import { branchOf } from './start.ts';

/** Has looked at what resolvers have handed in, and at what the user has left on the branches of tasks. */
export function lookAtResolutions(state: RunState): Decision {
  const { control, integration } = state;
  if (control.stopping !== null || control.cancelled || integration.movedTo !== null) return { events: [] };
  return { events: [...state.undecided].flatMap((id) => look(state, taskRecord(state, id))) };
}

function look(state: RunState, record: TaskRecord): readonly EventBody[] {
  if (record.cancelRequested) return [];
  if (record.state.is === 'conflicted') return lookAtHandedIn(state, record.id, record.state);
  if (record.state.is !== 'needs-user' || record.state.asked === null) return [];
  if (state.open.has(takeoverKey(record.id))) return [];
  const { conflict } = record.state;
  const base = workBase(record);
  const bases = [
    ...new Set([candidateTip(state.integration), state.integration.tip, conflict.onto]),
    ...(base === undefined ? [] : [base]),
  ];
  return [
    { type: 'takeover.starting', task: record.id, branch: branchOf(state, record.id), conflict, bases },
  ];
}

function lookAtHandedIn(
  state: RunState,
  task: TaskRecord['id'],
  { handedIn, conflict }: Conflicted,
): readonly EventBody[] {
  if (handedIn === null || state.open.has(resolutionKey({ task, ...handedIn }))) return [];
  return [{ type: 'resolution.starting', task, ...handedIn, conflict, branch: branchOf(state, task) }];
}
