/** What the candidate needs next: more merges, a group's validation, or the branch moved to it. */

import type { Commit } from './attempt.ts';
import type { Branch } from './branch.ts';
import type { Integration } from './merge-queue.ts';
import type { Group, TaskId } from './plan.ts';
import { groupRecord, type RunState, taskRecord } from './run-state.ts';
import { workBase } from './task-state.ts';

export type CandidateNeed =
  | { readonly is: 'growth' }
  | { readonly is: 'validation'; readonly group: number }
  | { readonly is: 'advance' };

export function candidateNeed(state: RunState): CandidateNeed {
  const { integration } = state;
  if (integration.candidate.length === 0) return { is: 'growth' };
  const groups = groupsOn(state, integration);
  if (groups.some((group) => waitsForWholeGroup(state, group))) return { is: 'growth' };
  const unproven = groups.find(
    (group) => !integration.validated.includes(group.number) && isWhole(state, group),
  );
  return unproven === undefined ? { is: 'advance' } : { is: 'validation', group: unproven.number };
}

/** What a validation looks at, or has passed with, stays as it is until the branch has moved. */
export function mayGrow(state: RunState): boolean {
  if (isValidating(state)) return false;
  const need = candidateNeed(state);
  return need.is === 'growth' || (need.is === 'advance' && state.integration.validated.length === 0);
}

export function isValidating({ open }: RunState): boolean {
  for (const key of open.keys()) if (key.startsWith('validation:')) return true;
  return false;
}

/** The task's work as it is to be merged: without what was taken off the line since it began. */
export function branchToMerge(state: RunState, task: TaskId, tip: Commit): Branch {
  const base = workBase(taskRecord(state, task));
  return base !== undefined && state.integration.dropped.has(base)
    ? { task, tip, since: base }
    : { task, tip };
}

/** The groups with a validation of which the candidate holds a task. */
function groupsOn({ plan }: RunState, { onCandidate }: Integration): Group[] {
  return plan.groups.filter((group) => group.validation !== undefined && onCandidate.has(group.number));
}

/** A group that is a barrier moves the branch once, with its validation; its tasks must not wait for one another. */
function waitsForWholeGroup(state: RunState, group: Group): boolean {
  return (
    state.settings.schedule === 'waves' && !state.index.chained.has(group.number) && !isWhole(state, group)
  );
}

/** Every task is on the candidate, merged, or settled in another way. What is on the candidate is not settled yet. */
function isWhole(state: RunState, { number }: Group): boolean {
  return groupRecord(state, number).unsettled === (state.integration.onCandidate.get(number) ?? 0);
}
