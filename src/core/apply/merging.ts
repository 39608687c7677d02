import { type CandidateStep, intentKey } from '../event.ts';
import type { Rejection } from '../failure.ts';
import type { TaskId } from '../plan.ts';
import { unreachable } from '../result.ts';
import { type Draft, groupRecord, type OpenIntent, taskRecord } from '../run-state.ts';
import { isLostToDependents } from '../task-state.ts';
import { changeIntegration, dropCandidate, NO_CANDIDATE, without } from './integration.ts';
import { type Logged, setBack, setState } from './parts.ts';
import { reject } from './rejection.ts';

type MergeLevel = Logged<
  | 'integration.preparing'
  | 'integration.prepared'
  | 'merge.starting'
  | 'merge.ended'
  | 'test.starting'
  | 'test.ended'
  | 'validation.starting'
  | 'validation.ended'
  | 'integration.advancing'
  | 'integration.advanced'
  | 'integration.moved'
>;

export function applyMerging(draft: Draft, event: MergeLevel): void {
  switch (event.type) {
    case 'integration.preparing':
    case 'test.starting':
    case 'validation.starting':
    case 'integration.advancing':
      return begin(draft, event);
    case 'merge.starting':
      changeIntegration(draft, { queue: without(draft.integration.queue, event.task) });
      setState(draft, event.task, { is: 'merging', tip: event.tip });
      return begin(draft, event);
    case 'integration.prepared':
      draft.open.delete('integration.prepare');
      return changeIntegration(draft, { prepared: true });
    case 'merge.ended':
      return applyMergeEnded(draft, event);
    case 'test.ended':
      return applyTestEnded(draft, event);
    case 'validation.ended':
      return applyValidationEnded(draft, event);
    case 'integration.advanced':
      return applyAdvanced(draft, event);
    case 'integration.moved':
      return applyMoved(draft, event);
    default:
      return unreachable(event);
  }
}

function begin(draft: Draft, event: OpenIntent): void {
  draft.open.set(intentKey(event), event);
}

function applyMergeEnded(draft: Draft, { task, result, at }: Logged<'merge.ended'>): void {
  draft.open.delete(`merge:${task}`);
  if (result.is === 'conflict') {
    changeIntegration(draft, {
      conflicts: [...draft.integration.conflicts, { task, paths: result.paths, at }],
    });
    return setBack(draft, task, { reason: 'conflict', paths: result.paths });
  }
  const step = { task, commit: result.commit };
  if (draft.settings.mergeTest === undefined) addToCandidate(draft, step);
  else changeIntegration(draft, { untested: step });
}

function applyTestEnded(draft: Draft, { task, commit, result }: Logged<'test.ended'>): void {
  draft.open.delete(`test:${task}`);
  draft.mergeTests.set(task, result);
  changeIntegration(draft, { untested: null });
  if (result.passed) return addToCandidate(draft, { task, commit });
  const { command, exitCode, output } = result;
  reject(draft, task, { reason: 'merge-test', command, exitCode, output });
}

function addToCandidate(draft: Draft, step: CandidateStep): void {
  const { candidate, onCandidate } = draft.integration;
  const group = draft.index.task.get(step.task)?.group ?? 0;
  changeIntegration(draft, {
    candidate: [...candidate, step],
    onCandidate: new Map(onCandidate).set(group, (onCandidate.get(group) ?? 0) + 1),
    validated: [],
  });
}

function applyValidationEnded(draft: Draft, event: Logged<'validation.ended'>): void {
  draft.open.delete(`validation:${event.group}`);
  draft.groups.set(event.group, { ...groupRecord(draft, event.group), validation: event.result });
  if (event.result.passed)
    return changeIntegration(draft, { validated: [...draft.integration.validated, event.group] });
  const { command, exitCode, output } = event.result;
  const failure: Rejection = { reason: 'group-validation', group: event.group, command, exitCode, output };
  if (hasLostTask(draft, event.group))
    return changeIntegration(draft, { broken: { group: event.group, failure } });
  const steps = draft.integration.candidate;
  const suspects =
    event.guilty.length > 0
      ? event.guilty
      : steps.map((step) => step.task).filter((id) => inGroup(draft, id, event.group));
  dropCandidate(draft, new Set(suspects));
  const [only, ...others] = suspects;
  if (only !== undefined && others.length === 0) return reject(draft, only, failure);
  // Not each of them can be guilty: what an agent finds nothing wrong with may be handed in again.
  for (const task of suspects) setBack(draft, task, failure);
}

function applyAdvanced(draft: Draft, event: Logged<'integration.advanced'>): void {
  draft.open.delete('integration.advance');
  const commits = new Map(draft.integration.candidate.map((step) => [step.task, step.commit]));
  changeIntegration(draft, { tip: event.to, ...NO_CANDIDATE });
  for (const task of event.tasks) {
    setState(draft, task, { is: 'merged', commit: commits.get(task) ?? event.to });
  }
}

function applyMoved(draft: Draft, { actual, ours }: Logged<'integration.moved'>): void {
  draft.open.delete('integration.advance');
  dropCandidate(draft, new Set());
  if (ours && actual !== null) changeIntegration(draft, { tip: actual });
  else changeIntegration(draft, { movedTo: { actual } });
}

function hasLostTask(draft: Draft, group: number): boolean {
  const tasks = draft.index.group.get(group)?.tasks ?? [];
  return tasks.some((id) => isLostToDependents(taskRecord(draft, id).state));
}

function inGroup(draft: Draft, task: TaskId, group: number): boolean {
  return draft.index.task.get(task)?.group === group;
}
