/**
 * What was found of the combined work of a run, for reports and `--json`. Every key is always there; what is unknown or
 * was not looked at is null. Times are ISO 8601 in UTC.
 */

import { type Integrated, weight, worstOf } from '../core/integrated.ts';
import type { CheckStatus } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import { isoTime } from './duration.ts';
import { actionItems, integrationSteps } from './integration-actions.ts';
import {
  type IntegrationRow,
  integrationRows,
  kindOf,
  mergedTasks,
  mootRows,
  type PlanSources,
  unmergedTasks,
} from './integration-rows.ts';
import type { NextStep } from './next-steps.ts';
import { type CheckReport, type CriterionReport, checkReport, criterionReports } from './proof-facts.ts';

/** A check that was not run makes it a warning. */
export type IntegrationStatus = 'passed' | 'warning' | 'failed';

export interface IntegrationView {
  readonly run_id: string;
  readonly plan_id: string;
  readonly name: string;
  readonly status: IntegrationStatus;
  readonly generated_at: string;
  /** Absolute path of the plan on this machine. */
  readonly plan_path: string;
  readonly source_prd: string | null;
  readonly tech_spec: string | null;
  readonly tasks_integrated: number;
  readonly tasks: number;
  readonly integration_branch: string;
  /** Commits. */
  readonly base: string;
  readonly tip: string;
  readonly summary: readonly IntegrationRow[];
  readonly checks: readonly CheckReport[];
  readonly boundary_violations: readonly BoundaryReport[];
  readonly criteria: readonly TaskCriteria[];
  readonly guilty: GuiltyReport | null;
  readonly into: IntoReport | null;
  readonly must_fix: readonly string[];
  readonly should_fix: readonly string[];
  readonly next_steps: readonly NextStep[];
}

export interface BoundaryReport {
  readonly task: string;
  readonly file: string | null;
  readonly issue: string;
}

export interface TaskCriteria {
  readonly task: string;
  readonly criteria: readonly CriterionReport[];
}

export interface GuiltyReport {
  readonly check: string;
  readonly command: string;
  readonly commit: string | null;
  readonly task: string | null;
  /** Of which one broke it, where no single one could be told. */
  readonly among: readonly string[];
  readonly reason: string | null;
  readonly tested: readonly { readonly commit: string; readonly is: string }[];
}

export interface IntoReport {
  readonly branch: string;
  /** `held`: it held the work already. `unproven`: not tried. `red`: the checks fail on the merge of the two. */
  readonly status: 'merged' | 'held' | 'unproven' | 'conflict' | 'red' | 'refused' | 'behind';
  readonly commit: string | null;
  readonly paths: readonly string[];
  readonly message: string | null;
}

export function integrationView(
  state: RunState,
  integrated: Integrated,
  sources: PlanSources,
): IntegrationView {
  const { proof } = integrated;
  const summary = integrationRows(state, integrated, sources);
  const others = proof.checks.filter((check) => kindOf(check) === 'other').map(weight);
  const status = statusOf([...summary.map((row) => row.status), ...others]);
  const { mustFix, shouldFix } = actionItems(
    state,
    integrated,
    summary,
    mootRows(state, integrated, sources),
  );
  return {
    run_id: state.run,
    plan_id: state.plan.id,
    name: state.plan.title ?? state.plan.name,
    status,
    generated_at: isoTime(integrated.at),
    plan_path: sources.path,
    source_prd: sources.prd,
    tech_spec: sources.techSpec,
    tasks_integrated: mergedTasks(state).length,
    tasks: mergedTasks(state).length + unmergedTasks(state).length,
    integration_branch: state.integration.branch,
    base: integrated.base,
    tip: integrated.tip,
    summary,
    checks: proof.checks.map(checkReport),
    boundary_violations: proof.boundaries.flatMap(({ task, result }) => {
      if (result.status === 'passed') return [];
      const places = result.findings.map(({ path = null, message }) => ({
        task,
        file: path,
        issue: message,
      }));
      return places.length > 0 ? places : [{ task, file: null, issue: result.detail }];
    }),
    criteria: mergedTasks(state).map((record) => ({
      task: record.id,
      criteria: criterionReports(state, record),
    })),
    guilty: guiltyReport(integrated),
    into: intoReport(integrated),
    must_fix: mustFix,
    should_fix: shouldFix,
    next_steps: integrationSteps(state, integrated, status === 'failed'),
  };
}

function statusOf(statuses: readonly CheckStatus[]): IntegrationStatus {
  const worst = worstOf(statuses);
  return worst === 'not run' ? 'warning' : worst;
}

function guiltyReport({ search }: Integrated): GuiltyReport | null {
  if (search === null) return null;
  const { check, command, tested, found } = search;
  return {
    check,
    command,
    commit: found.is === 'merge' ? found.commit : null,
    task: found.is === 'merge' ? found.task : null,
    among: found.is === 'among' ? found.commits : [],
    reason: found.is === 'nothing' ? found.reason : null,
    tested,
  };
}

function intoReport({ into }: Integrated): IntoReport | null {
  if (into === null) return null;
  const { branch, is } = into;
  return {
    branch,
    status: is,
    commit: 'commit' in into ? into.commit : null,
    paths: 'paths' in into ? into.paths : [],
    message: 'message' in into ? into.message : null,
  };
}
