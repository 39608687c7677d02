/** What the log says about a run, as one value. Only `apply.ts` and its parts change it. */

import type { Commit, Usage } from './attempt.ts';
import type { GroupBranch } from './branch.ts';
import type { E2eResult } from './e2e.ts';
import type {
  CommandResult,
  InstallResult,
  Intent,
  LoggedEvent,
  Owner,
  RunStatus,
  SuspendReason,
} from './event.ts';
import { type Foreseen, NOTHING_FORESEEN } from './foreseen.ts';
import type { Protection } from './isolation.ts';
import { type Mail, type MailDraft, newMail } from './mail.ts';
import { type Integration, newIntegration } from './merge-queue.ts';
import type { Plan, TaskId } from './plan.ts';
import { indexPlan, type PlanIndex } from './plan-index.ts';
import type { RunSettings } from './settings.ts';
import { isLeftOut, newTaskRecord, type TaskRecord } from './task-state.ts';
import type { Throttle } from './throttle.ts';
import type { Budget } from './usage.ts';

/** With its place in the log, which names what it did for good. */
export type OpenIntent = Intent & { readonly seq: number };

export type RunPhase =
  | { readonly is: 'running' }
  | { readonly is: 'suspended'; readonly reason: SuspendReason; readonly at: number }
  | { readonly is: 'finished'; readonly status: RunStatus; readonly at: number };

export interface GroupRecord {
  readonly number: number;
  readonly state: 'pending' | 'open' | 'closed' | 'failed';
  /** Tasks that are not settled. */
  readonly unsettled: number;
  readonly openedAt?: number;
  readonly closedAt?: number;
  readonly validation?: CommandResult;
  /** What became of the branch that the plan wants at its end. */
  readonly branch?: GroupBranch;
}

/** Of the packages that the plan wants before its tasks start. */
export type Dependencies = { readonly is: 'none' } | { readonly is: 'wanted' } | InstallResult;

/** Counts equal failures across tasks with no success between them. */
export interface Breaker {
  readonly signature: string | null;
  readonly count: number;
  readonly tasks: readonly TaskId[];
  readonly openings: number;
  readonly until: number;
}

export const CLOSED_BREAKER: Breaker = { signature: null, count: 0, tasks: [], openings: 0, until: 0 };

export interface Control {
  readonly paused: boolean;
  readonly cancelled: boolean;
  readonly stopping: { readonly mode: 'drain' | 'now'; readonly reason: 'interrupted' | 'terminated' } | null;
  readonly maxParallel: number;
  readonly budget: Budget;
}

export interface RunState {
  readonly run: string;
  readonly seq: number;
  readonly createdAt: number;
  readonly lastEventAt: number;
  /** When the process that drives the run last wrote. */
  readonly lastDrivenAt: number;
  readonly plan: Plan;
  readonly index: PlanIndex;
  readonly settings: RunSettings;
  readonly base: Commit;
  readonly baseBranch: string | null;
  readonly source: string;
  readonly phase: RunPhase;
  readonly owner: Owner | null;
  /** What confined agents when the run was last opened; null before. */
  readonly protection: Protection | null;
  readonly tasks: ReadonlyMap<TaskId, TaskRecord>;
  readonly groups: ReadonlyMap<number, GroupRecord>;
  readonly dependencies: Dependencies;
  readonly integration: Integration;
  /** The last result of each task's merge test. */
  readonly mergeTests: ReadonlyMap<TaskId, CommandResult>;
  /** What a browser saw last of each task's merge. */
  readonly e2e: ReadonlyMap<TaskId, E2eResult>;
  /** What the merge test passed on. The same commit has the same files and parents, and is not tested again. */
  readonly provenCommits: ReadonlySet<Commit>;
  readonly foreseen: Foreseen;
  readonly mail: Mail;
  readonly breaker: Breaker;
  /** By credential; absent for one whose service refuses nothing. */
  readonly throttles: ReadonlyMap<string, Throttle>;
  readonly control: Control;
  /** Of the attempts that have ended. */
  readonly usage: Usage;
  /** For how long processes have driven the run, in milliseconds; `since` is when the present one began. */
  readonly driven: { readonly ms: number; readonly since: number | null };
  /** Groups closed since a process last opened the run. */
  readonly closedSinceOpened: number;
  /** Intents without an outcome. */
  readonly open: ReadonlyMap<string, OpenIntent>;
  /** Ranks of the tasks that may be started, ascending: the first is the most urgent. */
  readonly ready: readonly number[];
  readonly running: ReadonlySet<TaskId>;
  /** Tasks that wait for a decision, or to be checked or reviewed. */
  readonly undecided: ReadonlySet<TaskId>;
  /** How many running tasks a task conflicts with; absent means none. */
  readonly conflictsHeld: ReadonlyMap<TaskId, number>;
  readonly resourcesHeld: ReadonlyMap<string, number>;
  readonly failedTasks: number;
  /** Neither merged nor left out. */
  readonly unmergedTasks: number;
}

/** The same value, for those who may change it. */
export interface Draft extends RunState {
  seq: number;
  lastEventAt: number;
  lastDrivenAt: number;
  phase: RunPhase;
  owner: Owner | null;
  protection: Protection | null;
  dependencies: Dependencies;
  integration: Integration;
  foreseen: Foreseen;
  breaker: Breaker;
  control: Control;
  usage: Usage;
  driven: RunState['driven'];
  closedSinceOpened: number;
  failedTasks: number;
  unmergedTasks: number;
  readonly tasks: Map<TaskId, TaskRecord>;
  readonly throttles: Map<string, Throttle>;
  readonly mail: MailDraft;
  readonly mergeTests: Map<TaskId, CommandResult>;
  readonly e2e: Map<TaskId, E2eResult>;
  readonly provenCommits: Set<Commit>;
  readonly groups: Map<number, GroupRecord>;
  readonly open: Map<string, OpenIntent>;
  readonly ready: number[];
  readonly running: Set<TaskId>;
  readonly undecided: Set<TaskId>;
  readonly conflictsHeld: Map<TaskId, number>;
  readonly resourcesHeld: Map<string, number>;
}

type Created = Extract<LoggedEvent, { type: 'run.created' }>;

export function newDraft(event: Created): Draft {
  const { plan, settings } = event;
  const index = indexPlan(plan);
  const chosen = settings.onlyGroups;
  const skipped = (group: number): boolean => chosen !== undefined && !chosen.includes(group);
  const draft: Draft = {
    run: event.run,
    seq: event.seq,
    createdAt: event.at,
    lastEventAt: event.at,
    lastDrivenAt: event.at,
    plan,
    index,
    settings,
    base: event.base,
    baseBranch: event.baseBranch ?? null,
    source: event.source,
    phase: { is: 'running' },
    owner: null,
    protection: null,
    tasks: new Map(),
    groups: new Map(),
    dependencies: plan.dependencies === undefined ? { is: 'none' } : { is: 'wanted' },
    integration: newIntegration(event.integrationBranch, event.base, settings.mergeSlots),
    mergeTests: new Map(),
    e2e: new Map(),
    provenCommits: new Set(),
    foreseen: NOTHING_FORESEEN,
    mail: newMail(),
    throttles: new Map(),
    breaker: CLOSED_BREAKER,
    control: {
      paused: false,
      cancelled: false,
      stopping: null,
      maxParallel: settings.maxParallel,
      budget: settings.budget,
    },
    usage: {},
    driven: { ms: 0, since: null },
    closedSinceOpened: 0,
    open: new Map(),
    ready: [],
    running: new Set(),
    undecided: new Set(),
    conflictsHeld: new Map(),
    resourcesHeld: new Map(),
    failedTasks: 0,
    unmergedTasks: 0,
  };
  const toDo = plan.tasks.filter((task) => task.done !== true && !skipped(task.group));
  const left = new Set(toDo.map((task) => task.id));
  draft.unmergedTasks = left.size;
  for (const task of plan.tasks) {
    const record = newTaskRecord(task.id, task.dependsOn.filter((id) => left.has(id)).length);
    const leftOut = { is: task.done === true ? 'done-before' : 'skipped' } as const;
    draft.tasks.set(task.id, left.has(task.id) ? record : { ...record, state: leftOut });
  }
  for (const group of plan.groups) {
    const unsettled = group.tasks.filter((id) => left.has(id)).length;
    const state = skipped(group.number) ? 'closed' : 'pending';
    draft.groups.set(group.number, { number: group.number, state, unsettled });
  }
  return draft;
}

export function taskRecord(state: RunState, id: TaskId): TaskRecord {
  const record = state.tasks.get(id);
  if (record === undefined) throw new Error(`the log names a task that its plan does not have: ${id}`);
  return record;
}

export function groupRecord(state: RunState, number: number): GroupRecord {
  const record = state.groups.get(number);
  if (record === undefined) throw new Error(`the log names a group that its plan does not have: ${number}`);
  return record;
}

/** One that finds everything done by earlier runs has nothing of its own to show. */
export function hadAnythingToDo({ tasks }: Pick<RunState, 'tasks'>): boolean {
  return [...tasks.values()].some(({ state, attempts }) => !isLeftOut(state) || attempts.length > 0);
}
