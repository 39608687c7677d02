/**
 * `report.json`: what came of a run. Every key is always there; what is unknown, did not happen or was not measured
 * is null. Times are ISO 8601 in UTC, durations are seconds.
 */

import { usedByRun, usedByTask } from '../core/budget.ts';
import type { Protection } from '../core/isolation.ts';
import type { Group } from '../core/plan.ts';
import type { GroupRecord, RunState } from '../core/run-state.ts';
import { taskRecord } from '../core/run-state.ts';
import { isLeftOut, lastAttempt, satisfiesDependents, type TaskRecord } from '../core/task-state.ts';
import { type ConflictReport, conflictReports } from './conflict-facts.ts';
import { type DependencyReport, dependencyReport } from './dependency-facts.ts';
import { isoTime } from './duration.ts';
import { type E2eReport, e2eReport } from './e2e-facts.ts';
import { efficiencyOf } from './efficiency.ts';
import { type ForeseenReport, foreseenReport } from './foreseen.ts';
import { groupBranch } from './group-branch.ts';
import { leftNotes } from './left-notes.ts';
import { type AttemptReport, attemptReports, type UseReport, usedByTasks, useReport } from './money.ts';
import { peakFacts } from './peaks.ts';
import {
  type CheckReport,
  type CriterionReport,
  checkReports,
  criterionReports,
  type QaReport,
  qaReport,
  type VerdictWord,
  verdictWord,
} from './proof-facts.ts';
import { type QuestionReport, questionReports } from './question-facts.ts';
import { countStates, type RunStatusWord, runStatusWord } from './status.ts';
import { agentOf, commitOf, errorOf, modelOfTask, triesOf, workedMs, workOf } from './task-facts.ts';
import { type ShownState, shownState } from './task-words.ts';
import { combinedCoverage, testsAdded } from './whole-work.ts';

export interface ReportView {
  readonly run_id: string;
  readonly plan_id: string;
  readonly name: string;
  /** As in the status; `running` when the report is written while the run goes on. */
  readonly status: RunStatusWord;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** Until the run was finished or left; null while it goes on. */
  readonly duration_seconds: number | null;
  readonly integration_branch: string;
  /** What confined its agents when it was last opened, and how their limits hold; null before. */
  readonly sandbox: Protection | null;
  /** Packages that the plan wants before its tasks start; null when it wants none. */
  readonly dependencies: DependencyReport | null;
  readonly waves: readonly WaveReport[];
  /** That merges met. */
  readonly conflicts: readonly ConflictReport[];
  /** While agents worked; null when nobody looked. One that went away need not have been real for long. */
  readonly conflicts_foreseen: readonly ForeseenReport[] | null;
  readonly totals: ReportTotals;
  /** Share of the sequential time that was saved; `totals` says what that time is. Null unless it succeeded. */
  readonly parallel_efficiency: number | null;
}

export interface WaveReport {
  readonly number: number;
  readonly status: WaveStatus;
  /** Of its last validation; null when none was run. */
  readonly validation: { readonly command: string; readonly exit_code: number | null } | null;
  /** Left where the integration branch stood at its end; null for none, and where the name was somebody else's. */
  readonly branch: string | null;
  /** Of all its tasks. */
  readonly used: UseReport;
  readonly tasks: readonly TaskReport[];
}

/**
 * `skipped`: none of its tasks was meant to run. `done-before`: the plan says that they are done. `pending`: its turn may come yet; `not-started`: the run has ended
 * before it came.
 */
export type WaveStatus =
  | 'pending'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'done-before'
  | 'not-started';

export interface TaskReport extends UseReport {
  readonly id: string;
  readonly agent: string;
  /** Of the newest attempt at the task itself; null where nobody tells. */
  readonly model: string | null;
  readonly status: ShownState;
  /** How many were begun at the task itself; QA's looks are counted with `qa`. */
  readonly attempts: number;
  /** Of all its attempts together, from each agent's start to its end. */
  readonly duration_seconds: number | null;
  readonly branch: string | null;
  /** Its merge on the integration branch; of a task that is not merged, the tip of its branch. */
  readonly commit: string | null;
  readonly files_changed: number | null;
  readonly lines_added: number | null;
  readonly lines_removed: number | null;
  /** Of the checks together; null when its work was not checked. */
  readonly verdict: VerdictWord | null;
  /** The test of its merge among them. */
  readonly checks: readonly CheckReport[];
  readonly qa: QaReport;
  /** Of its merge in a browser; null when that was not asked for, or not reached. */
  readonly e2e: E2eReport | null;
  readonly criteria: readonly CriterionReport[];
  /** Of each attempt, oldest first. */
  readonly used_by_attempt: readonly AttemptReport[];
  /** What its agents have asked, oldest first. */
  readonly questions: readonly QuestionReport[];
  /** What its attempts have left that is no part of its work, and where it is; one for each such attempt. */
  readonly notes: readonly string[];
  readonly error: string | null;
}

export interface ReportTotals extends UseReport {
  readonly tasks: number;
  readonly merged: number;
  readonly failed: number;
  readonly blocked: number;
  readonly cancelled: number;
  readonly skipped: number;
  /** The plan says so. */
  readonly done_before: number;
  /** What a run that has ended left behind; 0 while it goes on. */
  readonly not_started: number;
  readonly unfinished: number;
  readonly not_merged: number;
  readonly attempts: number;
  /** Those for which work was sent back. */
  readonly conflicts: number;
  readonly conflicts_resolved: number;
  /** Different files, and lines, in the work that was merged. */
  readonly files_changed: number;
  readonly lines_added: number;
  readonly lines_removed: number;
  /** In the work that was merged; null where that is not known. */
  readonly tests_added: number | null;
  /** Of the merged work as a whole, of lines; null where it was not measured. */
  readonly coverage_percent: number | null;
  /** Of one agent, as they were seen each second; null where nobody has looked. */
  readonly peak_cpus: number | null;
  readonly peak_memory_bytes: number | null;
  readonly peak_disk_bytes: number | null;
  readonly sequential_seconds: number | null;
  /** Where `sequential_seconds` comes from: the plan's estimates, or the sum of the attempts. */
  readonly sequential_from: 'estimates' | 'attempts' | null;
}

/** `alive`: a living process drives the run. */
export function reportView(state: RunState, alive = true): ReportView {
  const { phase } = state;
  const efficiency = efficiencyOf(state);
  return {
    run_id: state.run,
    plan_id: state.plan.id,
    name: state.plan.name,
    status: runStatusWord(state, alive),
    started_at: isoTime(state.createdAt),
    finished_at: phase.is === 'finished' ? isoTime(phase.at) : null,
    duration_seconds: phase.is === 'running' ? null : seconds(phase.at - state.createdAt),
    integration_branch: state.integration.branch,
    sandbox: state.protection,
    dependencies: dependencyReport(state),
    waves: state.plan.groups.map((group) => waveReport(state, group)),
    conflicts: conflictReports(state),
    conflicts_foreseen: foreseenReport(state),
    totals: totalsOf(state),
    parallel_efficiency: efficiency === null ? null : Math.round(efficiency.ratio * 10_000) / 10_000,
  };
}

function waveReport(state: RunState, group: Group): WaveReport {
  const record = state.groups.get(group.number);
  const records = group.tasks.map((id) => taskRecord(state, id));
  return {
    number: group.number,
    status: waveStatus(state, record, records),
    validation:
      record?.validation === undefined
        ? null
        : { command: record.validation.command, exit_code: record.validation.exitCode },
    branch: groupBranch(state, group.number),
    used: useReport(usedByTasks(state, group.tasks)),
    tasks: records.map((task) => taskReport(state, task)),
  };
}

function waveStatus(
  state: RunState,
  group: GroupRecord | undefined,
  tasks: readonly TaskRecord[],
): WaveStatus {
  const leftOut = tasks.filter((task) => isLeftOut(task.state));
  if (tasks.length > 0 && leftOut.length === tasks.length)
    return leftOut.some((task) => task.state.is === 'skipped') ? 'skipped' : 'done-before';
  const complete = tasks.every((task) => satisfiesDependents(task.state));
  switch (group?.state) {
    case 'open':
      if (state.phase.is !== 'finished') return 'running';
      return complete ? 'succeeded' : 'failed';
    case 'closed':
      return complete ? 'succeeded' : 'failed';
    case 'failed':
      return 'failed';
    case 'pending':
    case undefined:
      return state.phase.is === 'finished' ? 'not-started' : 'pending';
  }
}

function taskReport(state: RunState, record: TaskRecord): TaskReport {
  const work = workOf(record);
  const ms = workedMs(record);
  return {
    id: record.id,
    agent: agentOf(state, record),
    model: modelOfTask(state, record),
    status: shownState(state, record),
    attempts: triesOf(record).length,
    duration_seconds: ms === null ? null : seconds(ms),
    branch: lastAttempt(record)?.branch ?? null,
    commit: commitOf(record),
    files_changed: work?.files.length ?? null,
    lines_added: work?.linesAdded ?? null,
    lines_removed: work?.linesRemoved ?? null,
    verdict: verdictWord(record),
    checks: checkReports(state, record),
    qa: qaReport(state, record),
    e2e: e2eReport(state, record.id),
    criteria: criterionReports(state, record),
    ...useReport(usedByTask(record)),
    used_by_attempt: attemptReports(record),
    questions: questionReports(record),
    notes: leftNotes(record),
    error: errorOf(record.state),
  };
}

interface MergedWork {
  /** Different ones. */
  readonly files: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

export function mergedWork(state: RunState): MergedWork {
  const merged = [...state.tasks.values()].filter((record) => record.state.is === 'merged');
  const works = merged.map(workOf).filter((work) => work !== null);
  return {
    files: new Set(works.flatMap((work) => work.files)).size,
    linesAdded: works.reduce((sum, work) => sum + work.linesAdded, 0),
    linesRemoved: works.reduce((sum, work) => sum + work.linesRemoved, 0),
  };
}

function totalsOf(state: RunState): ReportTotals {
  const counts = countStates(state);
  const work = mergedWork(state);
  const efficiency = efficiencyOf(state);
  return {
    tasks: state.tasks.size,
    merged: counts.merged,
    failed: counts.failed,
    blocked: counts.blocked,
    cancelled: counts.cancelled,
    skipped: counts.skipped,
    done_before: counts['done-before'],
    not_started: counts['not-started'],
    unfinished: counts.unfinished,
    not_merged: counts['not-merged'],
    attempts: [...state.tasks.values()].reduce((sum, record) => sum + triesOf(record).length, 0),
    conflicts: state.integration.conflicts.length,
    conflicts_resolved: state.integration.resolutions.length,
    files_changed: work.files,
    lines_added: work.linesAdded,
    lines_removed: work.linesRemoved,
    tests_added: testsAdded(state),
    coverage_percent: combinedCoverage(state),
    peak_cpus: peakFacts(state, 'cpus')?.most ?? null,
    peak_memory_bytes: peakFacts(state, 'memoryBytes')?.most ?? null,
    peak_disk_bytes: peakFacts(state, 'diskBytes')?.most ?? null,
    ...useReport(usedByRun(state)),
    sequential_seconds: efficiency === null ? null : seconds(efficiency.sequentialMs),
    sequential_from: efficiency?.from ?? null,
  };
}

/** To the tenth. */
function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
