/**
 * The way from accepted work to the integration branch: merge on objects, test what was merged, validate a group that
 * is whole, and only then move the branch. Merges are made one after another; as many of them are tested at once as
 * the limit allows, and the branch moves as far as everything is proven.
 */

import { branchToMerge, candidateNeed, isValidating } from '../candidate.ts';
import type { EventBody } from '../event.ts';
import { intentKey } from '../intent-key.ts';
import { candidateTip, lineTip, worthATest } from '../merge-queue.ts';
import type { TaskId } from '../plan.ts';
import { type OpenIntent, type RunState, taskRecord } from '../run-state.ts';
import type { Decision } from './decision.ts';

export function integrationSteps(state: RunState): Decision {
  const { control, integration, open } = state;
  const stops = stopUseless(state);
  if (control.stopping !== null || control.cancelled) return { events: stops };
  if (!integration.prepared) {
    if (open.has('integration.prepare') || open.has('dependencies.install')) return { events: [] };
    const { dependencies, plan } = state;
    if (dependencies.is === 'failed') return { events: [] };
    // The branch begins with them, so that no task has to bring them.
    if (dependencies.is === 'wanted' && plan.dependencies !== undefined)
      return {
        events: [{ type: 'dependencies.installing', base: integration.tip, changes: plan.dependencies }],
      };
    return { events: [{ type: 'integration.preparing', branch: integration.branch, base: integration.tip }] };
  }
  if (integration.broken !== null || integration.movedTo !== null) return { events: stops };
  return { events: [...stops, ...candidateStep(state), ...mergeStep(state), ...testSteps(state)] };
}

const ON_THE_WAY = [
  'dependencies',
  'stop-dependencies',
  'integration',
  'merge',
  'resolution',
  'takeover',
  'test',
  'blame',
  'stop-test',
  'validation',
  'group-branch',
];

/** Something is under way that concerns the integration branch. */
export function isBusy(state: RunState): boolean {
  for (const key of state.open.keys()) {
    if (ON_THE_WAY.some((word) => key.startsWith(word))) return true;
  }
  return false;
}

/** A step is under way that this task cannot be taken out of. */
export function isHeldFast(state: RunState, task: TaskId): boolean {
  if (state.open.has(`merge:${task}`)) return true;
  if (!state.open.has('integration.advance') && !isValidating(state)) return false;
  return state.integration.candidate.some((step) => step.task === task);
}

/** What is done for a line that is no more, or for a run that is cancelled. */
function stopUseless(state: RunState): EventBody[] {
  const events: EventBody[] = [];
  for (const intent of state.open.values()) {
    if (!isStoppable(intent) || (!isOver(state) && isWanted(state, intent))) continue;
    const of = intentKey(intent);
    if (!state.open.has(`stop-${of}`)) events.push({ type: 'test.stopping', of });
  }
  return events;
}

type Stoppable = Extract<
  OpenIntent,
  { type: 'dependencies.installing' | 'test.starting' | 'blame.starting' | 'validation.starting' }
>;

function isStoppable(intent: OpenIntent): intent is Stoppable {
  return (
    intent.type === 'test.starting' ||
    intent.type === 'blame.starting' ||
    intent.type === 'validation.starting' ||
    intent.type === 'dependencies.installing'
  );
}

function isOver({ control, integration }: RunState): boolean {
  return control.cancelled || integration.broken !== null;
}

function isWanted({ integration }: RunState, intent: Stoppable): boolean {
  switch (intent.type) {
    case 'test.starting':
      return worthATest(integration).some(({ commit }) => commit === intent.commit);
    case 'blame.starting':
      return integration.suspects.some(
        ({ task, commit }) => task === intent.task && commit === intent.commit,
      );
    default:
      return true;
  }
}

function candidateStep(state: RunState): EventBody[] {
  const { integration } = state;
  if (state.open.has('integration.advance') || isValidating(state)) return [];
  const need = candidateNeed(state);
  switch (need.is) {
    case 'growth':
      return [];
    case 'validation': {
      const { tip: base, candidate: steps } = integration;
      return [{ type: 'validation.starting', group: need.group, base, steps }];
    }
    default: {
      const tasks = integration.candidate.map((step) => step.task);
      const to = candidateTip(integration);
      return [
        { type: 'integration.advancing', branch: integration.branch, from: integration.tip, to, tasks },
      ];
    }
  }
}

function mergeStep(state: RunState): EventBody[] {
  const { integration } = state;
  if (integration.window.length + integration.held.length >= integration.width || isMerging(state)) return [];
  for (const task of integration.queue) {
    const record = taskRecord(state, task).state;
    if (record.is !== 'accepted') continue;
    const branch = branchToMerge(state, task, record.tip);
    return [{ type: 'merge.starting', ...branch, onto: lineTip(integration) }];
  }
  return [];
}

function isMerging({ open }: RunState): boolean {
  for (const key of open.keys()) if (key.startsWith('merge:')) return true;
  return false;
}

function testSteps(state: RunState): EventBody[] {
  const { integration, open, settings } = state;
  const command = settings.mergeTest ?? '';
  const wanted = new Map<string, EventBody>();
  for (const { onto: _, result: __, ...suspect } of integration.suspects) {
    wanted.set(`blame:${suspect.task}`, { type: 'blame.starting', ...suspect, command });
  }
  for (const { task, commit, e2e } of worthATest(integration)) {
    const key = `test:${commit}`;
    const browser = e2e === undefined ? {} : { e2e };
    if (!wanted.has(key)) wanted.set(key, { type: 'test.starting', task, commit, command, ...browser });
  }
  const free = Math.max(0, settings.mergeSlots - slotsTaken(state));
  return [...wanted].flatMap(([key, event]) => (open.has(key) ? [] : [event])).slice(0, free);
}

/** What is being stopped holds its slot until it has. */
function slotsTaken({ open }: RunState): number {
  let count = 0;
  for (const { type } of open.values()) if (type === 'test.starting' || type === 'blame.starting') count += 1;
  return count;
}
