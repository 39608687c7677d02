import type { Branch } from '../branch.ts';
import { isE2eWanted } from '../e2e-of-task.ts';
import type { Rejection } from '../failure.ts';
import { intentKey } from '../intent-key.ts';
import { candidateTip, type Integration, lineTip, type WindowStep } from '../merge-queue.ts';
import type { TaskId } from '../plan.ts';
import { unreachable } from '../result.ts';
import { type Draft, groupRecord, type OpenIntent, taskRecord } from '../run-state.ts';
import { isLostToDependents } from '../task-state.ts';
import {
  changeIntegration,
  dropCandidate,
  enterWindow,
  requeue,
  settleConflict,
  shortenCandidate,
  without,
} from './integration.ts';
import { type Logged, setBack, setState } from './parts.ts';
import { reject } from './rejection.ts';
import { applyBlameEnded, applyTestEnded } from './window.ts';

type MergeLevel = Logged<
  | 'dependencies.installing'
  | 'dependencies.installed'
  | 'integration.preparing'
  | 'integration.prepared'
  | 'merge.starting'
  | 'merge.ended'
  | 'test.starting'
  | 'test.ended'
  | 'test.stopping'
  | 'test.stopped'
  | 'blame.starting'
  | 'blame.ended'
  | 'validation.starting'
  | 'validation.ended'
  | 'integration.advancing'
  | 'integration.advanced'
  | 'integration.moved'
>;

export function applyMerging(draft: Draft, event: MergeLevel): void {
  switch (event.type) {
    case 'dependencies.installing':
    case 'integration.preparing':
    case 'test.starting':
    case 'test.stopping':
    case 'blame.starting':
    case 'validation.starting':
    case 'integration.advancing':
      return begin(draft, event);
    case 'merge.starting':
      changeIntegration(draft, { queue: without(draft.integration.queue, event.task) });
      setState(draft, event.task, { is: 'merging', tip: event.tip });
      return begin(draft, event);
    case 'dependencies.installed':
      return applyInstalled(draft, event);
    case 'integration.prepared':
      draft.open.delete('integration.prepare');
      return changeIntegration(draft, { prepared: true });
    case 'merge.ended':
      return applyMergeEnded(draft, event);
    case 'test.ended':
      return applyTestEnded(draft, event);
    case 'test.stopped':
      draft.open.delete(event.of);
      draft.open.delete(`stop-${event.of}`);
      return;
    case 'blame.ended':
      return applyBlameEnded(draft, event);
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

/** Everything stands on the commit that holds them. */
function applyInstalled(draft: Draft, { result }: Logged<'dependencies.installed'>): void {
  draft.open.delete('dependencies.install');
  draft.dependencies = result;
  if (result.is === 'installed') changeIntegration(draft, { tip: result.commit });
}

function applyMergeEnded(draft: Draft, { task, result, at }: Logged<'merge.ended'>): void {
  const key = `merge:${task}`;
  const intent = draft.open.get(key);
  draft.open.delete(key);
  if (intent?.type !== 'merge.starting') return;
  const { onto } = intent;
  // The line has changed meanwhile.
  if (onto !== lineTip(draft.integration)) return requeue(draft, [task]);
  if (result.is === 'clean') {
    const { resolved } = result;
    const others = draft.integration.resolutions.filter((each) => each.task !== task);
    const resolutions = resolved === undefined ? others : [...others, { task, resolved, at }];
    changeIntegration(draft, { resolutions });
    const e2e = isE2eWanted(draft, task) ? ({ e2e: true } as const) : {};
    const needsNone = draft.settings.mergeTest === undefined && e2e.e2e === undefined;
    const proven = needsNone || draft.provenCommits.has(result.commit);
    const below = placeInWindow(draft.integration);
    return enterWindow(draft, {
      ...branchOf(intent),
      onto,
      commit: result.commit,
      ...below,
      proven,
      ...e2e,
      result: null,
    });
  }
  const { paths, scene = null } = result;
  const conflict = { ...branchOf(intent), onto, paths, scene, at };
  if (draft.integration.window.length === 0) return settleConflict(draft, conflict);
  changeIntegration(draft, { held: [...draft.integration.held, conflict] });
}

function placeInWindow(integration: Integration): Pick<WindowStep, 'ground' | 'before'> {
  const { window } = integration;
  const first = window.findIndex((step) => !step.proven);
  const proven = first < 0 ? window.length : first;
  const ground = window[proven - 1]?.commit ?? candidateTip(integration);
  return { ground, before: window.slice(proven).map(branchOf) };
}

function branchOf({ task, tip, since }: Branch): Branch {
  return since === undefined ? { task, tip } : { task, tip, since };
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
  shortenCandidate(draft, new Set(event.tasks));
  changeIntegration(draft, { tip: event.to });
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
