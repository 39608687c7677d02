/**
 * `PARALLEL_EXECUTION_STATUS.json` and `status/<agent>.status` of a plan of parallel groups, as values. A field of which
 * nothing is known is left out.
 */

import type { Group } from '../core/plan.ts';
import { groupTitle } from '../core/plan-title.ts';
import type { RunState } from '../core/run-state.ts';
import {
  type AttemptRecord,
  isSettled,
  lastWorker,
  reviewerOf,
  type TaskRecord,
} from '../core/task-state.ts';
import { type AgentTasks, agentTasks } from './agent-names.ts';
import { isoTime } from './duration.ts';
import { stepAsLeft } from './left-run.ts';
import { type ReviewingAgent, reviewingAgents } from './reviewing-agents.ts';
import { runStatusWord } from './status.ts';
import { beganAt, errorOf, openAttempt } from './task-facts.ts';
import { type FamilyWords, familyWords, type ShownState, taskWords } from './task-words.ts';

export interface ParallelStatus {
  readonly execution_id: string;
  /** Those that are open, or else the one that was opened last. */
  readonly parallel_group?: string;
  readonly started_at: string;
  readonly status: 'in_progress' | 'paused' | 'interrupted' | 'completed' | 'failed';
  readonly agents: Readonly<Record<string, AgentEntry>>;
  /** Ids of what is merged, and of what has failed for good. */
  readonly completed_tasks: readonly string[];
  readonly failed_tasks: readonly string[];
}

/** Of the task that the agent is at, or has next, or had last; of one that only reviews, of what it looks at. */
export interface AgentEntry {
  readonly task_id: string;
  readonly task: string;
  readonly status: FamilyWords['agent'];
  readonly started_at?: string;
  /** As the agent says; 100 for what is merged. */
  readonly progress_percent?: number;
  /** Absolute path of the worktree that it works in. */
  readonly worktree?: string;
  readonly branch?: string;
}

export interface AgentStatus {
  readonly agent: string;
  readonly status: FamilyWords['agent'];
  readonly progress_percent?: number;
  readonly current_step: string;
  readonly has_error: boolean;
}

/** `exec_20251129_143052`, in UTC. */
export function executionId({ createdAt }: Pick<RunState, 'createdAt'>): string {
  const [date = '', time = ''] = isoTime(createdAt).slice(0, 19).split('T');
  return `exec_${date.replaceAll('-', '')}_${time.replaceAll(':', '')}`;
}

/** `alive`: a living process drives the run. */
export function parallelStatus(state: RunState, alive: boolean): ParallelStatus {
  const groups = groupsNow(state).map((group) => groupTitle(group, ': '));
  const idsOf = (is: ShownState): string[] =>
    [...state.tasks.values()].filter((record) => record.state.is === is).map(({ id }) => id);
  return {
    execution_id: executionId(state),
    ...(groups.length === 0 ? {} : { parallel_group: groups.join(', ') }),
    started_at: isoTime(state.createdAt),
    status: statusOfRun(state, alive),
    agents: Object.fromEntries([
      ...agentTasks(state).map(({ name, tasks }) => [name, entryOf(state, presentTask(tasks))] as const),
      ...reviewingAgents(state).map((agent) => [agent.name, reviewEntryOf(state, agent)] as const),
    ]),
    completed_tasks: idsOf('merged'),
    failed_tasks: idsOf('failed'),
  };
}

/** What the run is at: the groups that are open, or else the one that was opened last; none before the first. */
export function groupsNow(state: RunState): readonly Group[] {
  const { groups } = state.plan;
  const open = groups.filter(({ number }) => state.groups.get(number)?.state === 'open');
  if (open.length > 0) return open;
  const openedAt = ({ number }: Group): number => state.groups.get(number)?.openedAt ?? 0;
  const opened = groups.filter((group) => openedAt(group) > 0);
  return opened.sort((one, other) => openedAt(one) - openedAt(other)).slice(-1);
}

function statusOfRun(state: RunState, alive: boolean): ParallelStatus['status'] {
  const word = runStatusWord(state, alive);
  if (word === 'running') return 'in_progress';
  return word === 'succeeded' ? 'completed' : word;
}

export function agentStatuses(state: RunState): readonly AgentStatus[] {
  const doers = agentTasks(state).map(({ name, tasks }) => ({
    agent: name,
    ...agentStatus(state, presentTask(tasks)),
  }));
  const reviewers = reviewingAgents(state).map(({ name, status, step, hasError }) => ({
    agent: name,
    status,
    current_step: step,
    has_error: hasError,
  }));
  return [...doers, ...reviewers];
}

/** Of an agent by its present task. */
export function agentStatus(state: RunState, record: TaskRecord): Omit<AgentStatus, 'agent'> {
  const { status, progress_percent: percent } = entryOf(state, record);
  return {
    status,
    ...(percent === undefined ? {} : { progress_percent: percent }),
    current_step: status === 'interrupted' ? stepAsLeft(state, stepOf(state, record)) : stepOf(state, record),
    has_error: errorOf(record.state) !== null,
  };
}

/** The one that an agent works on now, else one on its way, else the next; of those that are settled the last. */
export function presentTask(tasks: AgentTasks['tasks']): TaskRecord {
  const left = tasks.filter((record) => !isSettled(record.state));
  const found =
    left.find((record) => openAttempt(record) !== undefined) ??
    left.find((record) => record.attempts.length > 0) ??
    left[0] ??
    [...tasks].sort((one, other) => (beganAt(one) ?? 0) - (beganAt(other) ?? 0)).at(-1);
  if (found === undefined) throw new Error('an agent without a task');
  return found;
}

function entryOf(state: RunState, record: TaskRecord): AgentEntry {
  const began = beganAt(record);
  const open = ownAttempt(record);
  const percent = record.state.is === 'merged' ? 100 : open?.progress?.percent;
  const branch = lastWorker(record)?.branch;
  return {
    task_id: record.id,
    task: state.index.task.get(record.id)?.title ?? record.id,
    status: familyWords(state, record).agent,
    ...(began === null ? {} : { started_at: isoTime(began) }),
    ...(percent === undefined ? {} : { progress_percent: percent }),
    ...(open?.worktree === undefined ? {} : { worktree: open.worktree }),
    ...(branch === undefined ? {} : { branch }),
  };
}

/** The worktree is there while it looks. */
function reviewEntryOf(state: RunState, { record, status }: ReviewingAgent): AgentEntry {
  const open = status === 'in_progress' ? openAttempt(record) : undefined;
  return {
    task_id: record.id,
    task: `Review: ${state.index.task.get(record.id)?.title ?? record.id}`,
    status,
    ...(open === undefined ? {} : { started_at: isoTime(open.requestedAt) }),
    ...(open?.worktree === undefined ? {} : { worktree: open.worktree }),
    ...(open === undefined ? {} : { branch: open.branch }),
  };
}

/** Without those of QA and of resolvers, who are others. */
function ownAttempt(record: TaskRecord): AttemptRecord | undefined {
  const open = openAttempt(record);
  return open?.role === 'executor' ? open : undefined;
}

/** What its agent says, else why it stands, else where. */
function stepOf(state: RunState, record: TaskRecord): string {
  const step = ownAttempt(record)?.progress?.step ?? errorOf(record.state);
  if (step !== null) return step;
  if (record.state.is === 'asking') return `asks: ${record.state.question}`;
  const { word } = taskWords(state, record);
  const reviewer = reviewerOf(record.state, state.index.task.get(record.id));
  if (reviewer !== undefined) return `${word} by ${reviewer}`;
  return record.state.is === 'checking' && record.state.step !== undefined
    ? `${word}: ${record.state.step}`
    : word;
}
