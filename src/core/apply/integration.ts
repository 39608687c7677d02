/** Changes of the line of work towards the integration branch that several events share. */

import type { TaskId } from '../plan.ts';
import { type Draft, type Integration, taskRecord } from '../run-state.ts';
import { setState } from './parts.ts';

export function changeIntegration(draft: Draft, part: Partial<Integration>): void {
  draft.integration = { ...draft.integration, ...part };
}

/** The first one is taken as a rule, and a queue can be long. */
export function without(queue: readonly TaskId[], task: TaskId): readonly TaskId[] {
  return queue[0] === task ? queue.slice(1) : queue.filter((id) => id !== task);
}

export const NO_CANDIDATE: Pick<Integration, 'candidate' | 'onCandidate' | 'validated'> = {
  candidate: [],
  onCandidate: new Map(),
  validated: [],
};

/** Everything on the candidate but those goes back to the queue, in the order it had. */
export function dropCandidate(draft: Draft, except: ReadonlySet<TaskId>): void {
  const back = draft.integration.candidate.map((step) => step.task).filter((id) => !except.has(id));
  changeIntegration(draft, { ...NO_CANDIDATE, queue: [...back, ...draft.integration.queue] });
  for (const id of back) {
    const { state } = taskRecord(draft, id);
    if (state.is === 'merging') setState(draft, id, { is: 'accepted', tip: state.tip });
  }
}

/** Takes a task off the way to the integration branch. Only when no step of that way is under way. */
export function leaveIntegration(draft: Draft, task: TaskId): void {
  const { queue, untested, candidate } = draft.integration;
  if (queue.includes(task)) changeIntegration(draft, { queue: without(queue, task) });
  if (untested?.task === task) changeIntegration(draft, { untested: null });
  if (!candidate.some((step) => step.task === task)) return;
  // What was merged on top of it holds it too.
  requeueUntested(draft);
  dropCandidate(draft, new Set([task]));
}

function requeueUntested(draft: Draft): void {
  const { untested, queue } = draft.integration;
  if (untested === null) return;
  const { state } = taskRecord(draft, untested.task);
  changeIntegration(draft, { untested: null, queue: [untested.task, ...queue] });
  if (state.is === 'merging') setState(draft, untested.task, { is: 'accepted', tip: state.tip });
}
