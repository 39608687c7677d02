/** The summary of an integration: seven rows, each passed, a warning, failed, or not run. */

import { type CombinedProof, type Integrated, weight, worstOf } from '../core/integrated.ts';
import type { CheckResult, CheckStatus } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { isInConflict } from './next-steps.ts';
import { type CriterionReport, criterionReports } from './proof-facts.ts';

export interface IntegrationRow {
  readonly check: string;
  readonly status: CheckStatus;
  /** One line; untrusted text may be part of it. */
  readonly details: string;
}

/** What the plan's folder says of where the plan comes from. */
export interface PlanSources {
  /** Of the plan: from the repository's top level if it lies in it, else absolute. */
  readonly path: string;
  readonly prd: string | null;
  readonly techSpec: string | null;
  /** The tech spec is there. */
  readonly hasTechSpec: boolean;
}

const OFF = 'checks are switched off';

/** Always these, in this order. */
export function integrationRows(
  state: RunState,
  integrated: Integrated,
  sources: PlanSources,
): readonly IntegrationRow[] {
  const { proof } = integrated;
  const isOff = !state.settings.checks.enabled;
  const commands = (check: string, of: Kind, none: string): IntegrationRow =>
    commandRow(check, checksOf(proof, of), isOff ? OFF : none);
  return [
    branchMerge(state, integrated),
    contracts(proof, isOff),
    techSpec(state, sources),
    boundaries(proof),
    commands('Tests', 'tests', 'no tests were found in the project; checks.commands.tests names a command'),
    commands(
      'Type Check',
      'type-check',
      'no type check was found in the project; checks.commands.type-check names a command',
    ),
    commands('Lint', 'lint', 'no linter was found in the project; checks.commands.lint names a command'),
  ];
}

/** Rows for which the plan has nothing: that they were not run is no lack. */
export function mootRows(
  { plan, settings }: RunState,
  { proof }: Integrated,
  { techSpec: spec }: PlanSources,
): ReadonlySet<string> {
  const hasContract = checksOf(proof, 'contracts').length > 0 || !settings.checks.enabled;
  const hasScope = plan.tasks.some(({ scope }) => scope.create.length + scope.modify.length > 0);
  return new Set([
    ...(hasContract ? [] : ['Contract Compliance']),
    ...(spec === null ? ['Tech Spec Compliance'] : []),
    ...(hasScope ? [] : ['Boundary Violations']),
  ]);
}

export type Kind = 'tests' | 'type-check' | 'lint' | 'contracts' | 'other';

/** The row's name; null for what has none, and is listed with the results. */
export const ROW_OF: Readonly<Record<Kind, string | null>> = {
  tests: 'Tests',
  'type-check': 'Type Check',
  lint: 'Lint',
  contracts: 'Contract Compliance',
  other: null,
};

/** Which row a check of the combined work belongs to. */
export function kindOf({ name, command = '' }: CheckResult): Kind {
  const is = (kind: string): boolean => name === kind || name.startsWith(`${kind}-`);
  if (is('contracts')) return 'contracts';
  if (is('type-check')) return 'type-check';
  if (is('lint')) return 'lint';
  // What compiles is its own type check.
  if (is('build')) return /^(?:go|cargo) build\b/.test(command) ? 'type-check' : 'tests';
  return is('tests') || is('coverage') ? 'tests' : 'other';
}

export function checksOf({ checks }: CombinedProof, kind: Kind): readonly CheckResult[] {
  return checks.filter((check) => kindOf(check) === kind);
}

export function mergedTasks({ tasks }: RunState): readonly TaskRecord[] {
  return [...tasks.values()].filter(({ state }) => state.is === 'merged');
}

/** Without those that were done before the run. */
export function unmergedTasks({ tasks }: RunState): readonly TaskRecord[] {
  return [...tasks.values()].filter(({ state: { is } }) => is !== 'merged' && is !== 'done-before');
}

function branchMerge(state: RunState, { foreign, branchIsGone }: Integrated): IntegrationRow {
  const left = unmergedTasks(state);
  const conflicts = left.filter(isInConflict);
  const details = [
    `${mergedTasks(state).length} of ${mergedTasks(state).length + left.length} tasks merged on ${state.integration.branch}`,
    ...(state.phase.is === 'finished' ? [] : ['the run has not finished']),
    ...(left.length === 0 ? [] : [`not merged: ${left.map(({ id }) => id).join(', ')}`]),
    ...(conflicts.length === 0 ? [] : [`in conflict: ${conflicts.map(({ id }) => id).join(', ')}`]),
    ...(foreign.length === 0 ? [] : [`${count(foreign.length, 'commit')} on it belong to no task`]),
    ...(branchIsGone ? ['the branch is gone; its last known commit was looked at'] : []),
  ];
  const isClean = left.length === 0 && foreign.length === 0 && !branchIsGone && state.phase.is === 'finished';
  const status = conflicts.length > 0 ? 'failed' : isClean ? 'passed' : 'warning';
  return { check: 'Branch Merge', status, details: details.join('; ') };
}

function contracts(proof: CombinedProof, isOff: boolean): IntegrationRow {
  const found = checksOf(proof, 'contracts');
  const details =
    found.length > 0
      ? found.map(({ detail }) => detail).join('; ')
      : isOff
        ? OFF
        : 'the plan has no contract';
  return { check: 'Contract Compliance', status: worstOf(found.map(weight)), details };
}

/** By the criteria of the tasks, into which a tech spec was taken apart. */
function techSpec(state: RunState, { techSpec: spec, hasTechSpec }: PlanSources): IntegrationRow {
  const check = 'Tech Spec Compliance';
  if (spec === null) return { check, status: 'not run', details: 'the plan names no tech spec' };
  if (!hasTechSpec) return { check, status: 'not run', details: `${spec} is not there` };
  const criteria = mergedTasks(state).flatMap((record) => criterionReports(state, record));
  if (criteria.length === 0) return { check, status: 'not run', details: 'no task has a criterion' };
  const of = (status: CriterionReport['status']): number =>
    criteria.filter((each) => each.status === status).length;
  const words = (['proven', 'met', 'not met', 'unproven'] as const).map((each) => `${of(each)} ${each}`);
  const rest = unmergedTasks(state).length;
  const status =
    of('not met') > 0 ? 'failed' : of('unproven') > 0 || rest > 0 ? 'warning' : ('passed' as const);
  const left = rest === 0 ? '' : `; those of ${count(rest, 'task')} are open`;
  return {
    check,
    status,
    details: `${count(criteria.length, 'criterion', 'criteria')}: ${words.join(', ')}${left}`,
  };
}

function boundaries({ boundaries: all }: CombinedProof): IntegrationRow {
  const check = 'Boundary Violations';
  if (all.length === 0) return { check, status: 'not run', details: 'there is no work to look at' };
  const statuses = all.map(({ result }) => weight(result));
  const beyond = all.filter(({ result }) => result.status === 'failed');
  const asked = all.filter(({ result }) => result.status === 'warning');
  const unlimited = all.filter(({ result }) => result.status === 'not run');
  const limited = all.length - unlimited.length;
  const names = (some: typeof all): string => some.map(({ task }) => task).join(', ');
  const details = [
    ...(beyond.length > 0 ? [`beyond their scope: ${names(beyond)}`] : []),
    ...(beyond.length === 0 && limited > 0
      ? [`${count(limited, 'task')} looked at, none went beyond its scope`]
      : []),
    ...(unlimited.length > 0 ? [`without a scope: ${names(unlimited)}`] : []),
    ...(asked.length > 0 ? [`to be looked at: ${names(asked)}`] : []),
  ];
  return { check, status: worstOf(statuses), details: details.join('; ') };
}

function commandRow(check: string, found: readonly CheckResult[], none: string): IntegrationRow {
  const status = worstOf(found.map(weight));
  if (found.length === 0) return { check, status, details: none };
  return { check, status, details: found.map(({ name, detail }) => `${name}: ${detail}`).join('; ') };
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
