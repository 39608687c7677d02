/**
 * The state of a run as one JSON value. Every key is always there; what is unknown, or not there yet, is null.
 * Times are ISO 8601 in UTC.
 */

import type { Role } from '../core/attempt.ts';
import { usedByRun, usedByTask } from '../core/budget.ts';
import type { ResolvedPath } from '../core/merge-result.ts';
import type { RunState } from '../core/run-state.ts';
import {
  type AttemptRecord,
  lastAttempt,
  lastWorker,
  type TaskRecord,
  type TaskState,
} from '../core/task-state.ts';
import type { Budget } from '../core/usage.ts';
import { modelOfAttempt } from './agent-words.ts';
import { resolvedOf } from './conflict-facts.ts';
import { conflictSteps } from './conflict-steps.ts';
import { type DependencyReport, dependencyReport } from './dependency-facts.ts';
import { isoTime } from './duration.ts';
import { type ForeseenStatus, foreseenStatus } from './foreseen.ts';
import { leftNotes } from './left-notes.ts';
import { type UseStatus, usedByTasks, useStatus } from './money.ts';
import { type QuestionStatus, questionStatus } from './question-facts.ts';
import { agentOf, beganAt, endedAt, errorOf, modelOfTask, openAttempt, performerOf } from './task-facts.ts';
import { type ShownState, shownState } from './task-words.ts';
import { type LimitStatus, limitStatus } from './throttles.ts';

export type RunStatusWord = 'running' | 'paused' | 'interrupted' | 'succeeded' | 'failed';

export interface StatusView {
  readonly run: {
    readonly id: string;
    /** The plan's id. */
    readonly plan: string;
    readonly status: RunStatusWord;
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly integrationBranch: string;
    /** Packages that the plan wants before its tasks start; null when it wants none. */
    readonly dependencies: DependencyReport | null;
    /** Of all its attempts, as far as those at work have told. */
    readonly used: UseStatus;
    /** What it may use; null where nothing is said. */
    readonly budget: { readonly usd: number | null; readonly tokens: number | null };
  };
  /** In the plan's order. */
  readonly groups: readonly GroupStatus[];
  /** In the plan's order. */
  readonly tasks: readonly TaskStatus[];
  /** What agents have done so far and would not merge. */
  readonly conflictsForeseen: readonly ForeseenStatus[];
  /** Of services that refuse work, or did a while ago. */
  readonly limits: readonly LimitStatus[];
  /** Tasks in each state, those with none too. */
  readonly counts: Readonly<Record<ShownState, number>>;
}

export interface GroupStatus extends UseStatus {
  readonly number: number;
}

export interface TaskStatus extends UseStatus {
  readonly id: string;
  readonly group: number;
  readonly state: ShownState;
  /** Number of the newest attempt, from 1; null before the first. */
  readonly attempt: number | null;
  /** As the plan names it; without a name there, the driver. */
  readonly agent: string;
  /** Who does it now, did it last, or is to begin. */
  readonly driver: string;
  /** Null where it is left to the agent. */
  readonly model: string | null;
  readonly branch: string | null;
  /** Path of the worktree its agent works in; null when no agent does. */
  readonly worktree: string | null;
  /** Percent, as its agent says; null when it does not say or does not run. */
  readonly progress: number | null;
  /** Of its agent, or the check that runs. */
  readonly currentStep: string | null;
  /** Of each attempt, oldest first. */
  readonly usedByAttempt: readonly AttemptStatus[];
  /** When its first agent was asked for. */
  readonly startedAt: string | null;
  /** When its last agent ended; null as long as the task is not settled. */
  readonly finishedAt: string | null;
  readonly error: string | null;
  /** What its attempts have left that is no part of its work, and where it is; one for each such attempt. */
  readonly notes: readonly string[];
  /** What its agent wants to know; null while it asks nothing. */
  readonly question: QuestionStatus | null;
  /** What conflicted in its merge and was put together at once; empty when nothing was. */
  readonly resolved: readonly ResolvedPath[];
  /** Of work that does not merge and is being resolved, or is to be by the user; null for any other. */
  readonly conflict: ConflictStatus | null;
}

export interface AttemptStatus extends UseStatus {
  readonly attempt: number;
  readonly role: Role;
  /** Its driver. */
  readonly agent: string;
  /** As its program tells, else as it was told; null where neither is known. */
  readonly model: string | null;
}

export interface ConflictStatus {
  readonly paths: readonly string[];
  /** The commit that the work does not merge onto. */
  readonly onto: string;
  /** Tasks whose merges changed those paths. */
  readonly others: readonly string[];
  /** For the user to resolve it, in this order; empty as long as somebody else is at it. */
  readonly commands: readonly string[];
}

/**
 * A cancelled run counts as `failed`: it has ended, `resume` does not go on with it, and not all of it is merged.
 * One that nobody alive drives is `interrupted`, whether it was left in order or died.
 */
export function runStatusWord(state: RunState, alive: boolean): RunStatusWord {
  if (state.phase.is === 'finished') return state.phase.status === 'succeeded' ? 'succeeded' : 'failed';
  if (state.phase.is === 'suspended' || !alive) return 'interrupted';
  return state.control.paused ? 'paused' : 'running';
}

/** `alive`: a living process holds the run's lease. */
export function statusView(state: RunState, alive: boolean): StatusView {
  return {
    run: {
      id: state.run,
      plan: state.plan.id,
      status: runStatusWord(state, alive),
      startedAt: isoTime(state.createdAt),
      finishedAt: state.phase.is === 'finished' ? isoTime(state.phase.at) : null,
      integrationBranch: state.integration.branch,
      dependencies: dependencyReport(state),
      used: useStatus(usedByRun(state)),
      budget: budgetStatus(state.control.budget),
    },
    groups: state.plan.groups.map(({ number, tasks }) => ({
      number,
      ...useStatus(usedByTasks(state, tasks)),
    })),
    tasks: [...state.tasks.values()].map((record) => taskStatus(state, record)),
    conflictsForeseen: foreseenStatus(state),
    limits: limitStatus(state),
    counts: countStates(state),
  };
}

export function countStates(state: RunState): Record<ShownState, number> {
  const counts: Record<ShownState, number> = {
    waiting: 0,
    ready: 0,
    running: 0,
    'waiting-for-quota': 0,
    asking: 0,
    checking: 0,
    reviewing: 0,
    'qa-blocked': 0,
    setback: 0,
    accepted: 0,
    merging: 0,
    merged: 0,
    conflicted: 0,
    'needs-user': 0,
    failed: 0,
    blocked: 0,
    skipped: 0,
    'done-before': 0,
    cancelled: 0,
    'not-started': 0,
    unfinished: 0,
    'not-merged': 0,
  };
  for (const record of state.tasks.values()) counts[shownState(state, record)] += 1;
  return counts;
}

/** How many tasks the run is about: without what was skipped, or done before. */
export function tasksToDo(counts: ReturnType<typeof countStates>): number {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return all - counts.skipped - counts['done-before'];
}

function taskStatus(state: RunState, record: TaskRecord): TaskStatus {
  const last = lastAttempt(record);
  const open = openAttempt(record);
  const performer = performerOf(state, record);
  return {
    id: record.id,
    group: state.index.task.get(record.id)?.group ?? 0,
    state: shownState(state, record),
    attempt: last?.number ?? null,
    agent: agentOf(state, record),
    driver: performer.driver,
    model: modelOfTask(state, record),
    branch: (open ?? lastWorker(record))?.branch ?? null,
    worktree: open?.worktree ?? null,
    progress: open?.progress?.percent ?? null,
    currentStep: open?.progress?.step ?? checkStep(record.state),
    ...useStatus(usedByTask(record)),
    usedByAttempt: record.attempts.map(attemptStatus),
    startedAt: isoTimeOrNull(beganAt(record)),
    finishedAt: isoTimeOrNull(endedAt(record)),
    error: errorOf(record.state),
    notes: leftNotes(record),
    question: questionStatus(record),
    resolved: resolvedOf(state, record.id),
    conflict: conflictStatus(state, record),
  };
}

function attemptStatus(record: AttemptRecord): AttemptStatus {
  const { number: attempt, role, agent, outcome, used = {} } = record;
  const model = modelOfAttempt(record);
  return { attempt, role, agent: agent.driver, model, ...useStatus(outcome?.usage ?? used) };
}

function budgetStatus({ usd, tokens }: Budget): StatusView['run']['budget'] {
  return { usd: usd ?? null, tokens: tokens ?? null };
}

function conflictStatus(state: RunState, record: TaskRecord): ConflictStatus | null {
  const { state: now } = record;
  if (now.is !== 'conflicted' && now.is !== 'needs-user') return null;
  const { paths, onto, others } = now.conflict;
  const commands = (conflictSteps(state, record) ?? []).map(({ code }) => code);
  return { paths, onto, others, commands };
}

function checkStep(state: TaskState): string | null {
  return state.is === 'checking' ? (state.step ?? null) : null;
}

function isoTimeOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}
