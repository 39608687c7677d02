/** Changes of the line of work towards the integration branch that several events share. */

import type { Commit } from '../attempt.ts';
import { mayGrow } from '../candidate.ts';
import { toBeResolved } from '../conflicted.ts';
import type { HeldConflict, Integration, WindowStep } from '../merge-queue.ts';
import type { TaskId } from '../plan.ts';
import { type Draft, taskRecord } from '../run-state.ts';
import { setBack, setState } from './parts.ts';

export function changeIntegration(draft: Draft, part: Partial<Integration>): void {
  draft.integration = { ...draft.integration, ...part };
}

/** The first one is taken as a rule, and a queue can be long. */
export function without(queue: readonly TaskId[], task: TaskId): readonly TaskId[] {
  return queue[0] === task ? queue.slice(1) : queue.filter((id) => id !== task);
}

const NO_CANDIDATE: Pick<Integration, 'candidate' | 'onCandidate' | 'validated'> = {
  candidate: [],
  onCandidate: new Map(),
  validated: [],
};

/** Proven steps at the window's beginning join the candidate, as far as it may grow. */
export function growCandidate(draft: Draft): void {
  for (let [step] = draft.integration.window; step?.proven === true && mayGrow(draft); ) {
    const { window, candidate, onCandidate, width } = draft.integration;
    const group = draft.index.task.get(step.task)?.group ?? 0;
    changeIntegration(draft, {
      window: window.slice(1),
      candidate: [...candidate, { task: step.task, commit: step.commit }],
      onCandidate: new Map(onCandidate).set(group, (onCandidate.get(group) ?? 0) + 1),
      validated: [],
      width: Math.min(draft.settings.mergeSlots, width + 1),
    });
    settleConflictsWith(draft, step);
    [step] = draft.integration.window;
  }
}

/** The branch has moved to these. */
export function shortenCandidate(draft: Draft, tasks: ReadonlySet<TaskId>): void {
  const { candidate } = draft.integration;
  const left = candidate.filter((step) => !tasks.has(step.task));
  const onCandidate = new Map<number, number>();
  for (const { task } of left) {
    const group = draft.index.task.get(task)?.group ?? 0;
    onCandidate.set(group, (onCandidate.get(group) ?? 0) + 1);
  }
  changeIntegration(draft, { candidate: left, onCandidate, validated: [] });
}

/** Everything on the candidate and behind it but those goes back to the queue, in the order it had. */
export function dropCandidate(draft: Draft, except: ReadonlySet<TaskId>): void {
  cutWindow(draft, 0, except);
  const { candidate } = draft.integration;
  forget(draft, candidate);
  changeIntegration(draft, NO_CANDIDATE);
  requeue(draft, tasksOf(candidate, except));
}

/** The same for the window, from that step on. What was merged on top of a step holds it too. */
export function cutWindow(draft: Draft, from: number, except: ReadonlySet<TaskId>): void {
  const { window, held } = draft.integration;
  const cut = window.slice(from);
  if (cut.length === 0) return;
  const isCut = ({ onto }: { readonly onto: Commit }): boolean => cut.some(({ commit }) => commit === onto);
  const left = window.slice(0, from);
  changeIntegration(draft, { window: left, held: held.filter((each) => !isCut(each)) });
  forget(draft, cut);
  requeue(draft, tasksOf([...cut, ...held.filter(isCut)], except));
}

/** Takes a task off the way to the integration branch. Not while a step is under way that it cannot be taken out of. */
export function leaveIntegration(draft: Draft, task: TaskId): void {
  const { queue, window, candidate, held, suspects } = draft.integration;
  const others = (each: { readonly task: TaskId }): boolean => each.task !== task;
  if (queue.includes(task)) changeIntegration(draft, { queue: without(queue, task) });
  changeIntegration(draft, { held: held.filter(others), suspects: suspects.filter(others) });
  const only = new Set([task]);
  const at = window.findIndex((step) => step.task === task);
  if (at >= 0) cutWindow(draft, at, only);
  if (candidate.some((step) => step.task === task)) dropCandidate(draft, only);
}

/** To the queue's head, in this order. */
export function requeue(draft: Draft, tasks: readonly TaskId[]): void {
  changeIntegration(draft, { queue: [...tasks, ...draft.integration.queue] });
  for (const id of tasks) {
    const { state } = taskRecord(draft, id);
    if (state.is === 'merging') setState(draft, id, { is: 'accepted', tip: state.tip });
  }
}

/** Adds what was merged to the window's end. */
export function enterWindow(draft: Draft, step: WindowStep): void {
  const { window, dropped } = draft.integration;
  const kept = new Set(dropped);
  // The same merge again is the same commit.
  if (kept.delete(step.commit)) changeIntegration(draft, { dropped: kept });
  changeIntegration(draft, { window: [...window, step] });
}

/** It is one with what is proven: for a resolver, or for the task to begin anew on top of it. */
export function settleConflict(draft: Draft, { scene, at, ...held }: HeldConflict): void {
  const { task, paths } = held;
  const conflict = scene === null ? null : { ...held, ...scene };
  const handedOver = conflict !== null && draft.settings.resolver?.agent != null;
  const known = { task, paths, at, ...(handedOver ? ({ handedOver } as const) : {}) };
  changeIntegration(draft, { conflicts: [...draft.integration.conflicts, known] });
  if (handedOver) setState(draft, task, toBeResolved(conflict, at), { conflict });
  else setBack(draft, task, { reason: 'conflict', paths }, { conflict });
}

function settleConflictsWith(draft: Draft, { commit }: WindowStep): void {
  const { held } = draft.integration;
  const settled = held.filter(({ onto }) => onto === commit);
  if (settled.length === 0) return;
  changeIntegration(draft, { held: held.filter(({ onto }) => onto !== commit) });
  for (const conflict of settled) settleConflict(draft, conflict);
}

function forget(draft: Draft, steps: readonly { readonly commit: Commit }[]): void {
  const { dropped } = draft.integration;
  changeIntegration(draft, { dropped: new Set([...dropped, ...steps.map(({ commit }) => commit)]) });
  for (const { id, state } of draft.tasks.values()) {
    const waits = state.is === 'needs-user' || (state.is === 'conflicted' && state.attempt === null);
    if (waits && steps.some(({ commit }) => commit === state.conflict.onto)) mergeAnew(draft, id);
  }
}

/** What it conflicts with is not on the line any more: perhaps there is no conflict now. */
export function mergeAnew(draft: Draft, id: TaskId): void {
  const { state } = taskRecord(draft, id);
  if (state.is !== 'conflicted' && state.is !== 'needs-user') return;
  changeIntegration(draft, { queue: [...draft.integration.queue, id] });
  setState(draft, id, { is: 'accepted', tip: state.conflict.tip }, { conflict: null });
}

function tasksOf(
  steps: readonly { readonly task: TaskId }[],
  except: ReadonlySet<TaskId>,
): readonly TaskId[] {
  return steps.map(({ task }) => task).filter((id) => !except.has(id));
}
