/**
 * The way from accepted work to the integration branch: merge on objects, test the result, validate a group that is
 * whole, and only then move the branch. One step is under way at a time.
 */

import type { EventBody } from '../event.ts';
import type { Group } from '../plan.ts';
import { candidateTip, groupRecord, type Integration, type RunState, taskRecord } from '../run-state.ts';
import type { Decision } from './decision.ts';

export function integrationSteps(state: RunState): Decision {
  const { integration } = state;
  if (state.control.stopping !== null || isBusy(state)) return { events: [] };
  if (!integration.prepared) {
    return { events: [{ type: 'integration.preparing', branch: integration.branch, base: integration.tip }] };
  }
  if (integration.broken !== null || integration.movedTo !== null) return { events: [] };
  const next = testStep(state) ?? candidateStep(state) ?? mergeStep(state);
  return { events: next === null ? [] : [next] };
}

const BUSY_WITH = ['integration', 'merge', 'test', 'validation'];

export function isBusy(state: RunState): boolean {
  for (const key of state.open.keys()) {
    if (BUSY_WITH.some((word) => key.startsWith(word))) return true;
  }
  return false;
}

function testStep({ integration, settings }: RunState): EventBody | null {
  if (integration.untested === null || settings.mergeTest === undefined) return null;
  return { type: 'test.starting', ...integration.untested, command: settings.mergeTest };
}

function mergeStep(state: RunState): EventBody | null {
  for (const task of state.integration.queue) {
    const record = taskRecord(state, task).state;
    if (record.is !== 'accepted') continue;
    return { type: 'merge.starting', task, tip: record.tip, onto: candidateTip(state.integration) };
  }
  return null;
}

/** What the merges made so far still need before the branch moves to them; null to go on merging first. */
function candidateStep(state: RunState): EventBody | null {
  const { integration } = state;
  if (integration.candidate.length === 0) return null;
  const groups = groupsOn(state, integration);
  if (groups.some((group) => waitsForWholeGroup(state, group))) return null;
  const unproven = groups.find(
    (group) => !integration.validated.includes(group.number) && isWhole(state, group),
  );
  if (unproven !== undefined) {
    return {
      type: 'validation.starting',
      group: unproven.number,
      base: integration.tip,
      steps: integration.candidate,
    };
  }
  return {
    type: 'integration.advancing',
    branch: integration.branch,
    from: integration.tip,
    to: candidateTip(integration),
    tasks: integration.candidate.map((step) => step.task),
  };
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
