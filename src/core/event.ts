/**
 * The event log is the one truth; every state is a fold of it. Three kinds of events:
 * intents (`…ing`) are appended before the engine does what they say, outcomes (`…ed`) after it,
 * and requests (`requested.…`) may be appended by any local process at any time.
 */

import type { AttemptOutcome, Commit, Role, StopReason, Usage } from './attempt.ts';
import type { Found } from './blame.ts';
import type { Branch, GroupBranch } from './branch.ts';
import type { CommandResult, TestResult } from './command-result.ts';
import type { Conflict, Resolution, Takeover } from './conflict.ts';
import type { Failure } from './failure.ts';
import type { Changes } from './foreseen.ts';
import type { Protection } from './isolation.ts';
import type { LeftReport, MailEvent } from './mail-event.ts';
import type { MergeResult } from './merge-result.ts';
import type { PackageChange, Plan, TaskId } from './plan.ts';
import type { Proof } from './proof.ts';
import type { Request } from './request.ts';
import type { AgentSettings, RunSettings } from './settings.ts';

/** An event as it stands in the log. `seq` counts from 1 within the run; `at` is milliseconds since the epoch. */
export type LoggedEvent = EventBody & { readonly seq: number; readonly at: number; readonly run: string };

export type { CommandResult, TestResult };

export type EventBody = RunEvent | GroupEvent | TaskEvent | MailEvent | Intent | Outcome | Report | Request;

/** Which process drives a run. A process is identified by pid, start time and boot id. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** In the kernel's own unit; opaque, only compared. */
  readonly startTime: string;
  readonly bootId: string;
}

export type SuspendReason =
  | 'interrupted'
  | 'terminated'
  | 'checkpoint'
  | 'budget'
  | 'question'
  /** An agent's service refuses its credentials, and nobody else can do what is left. */
  | 'credentials'
  /** QA could not look at the work of some task here. */
  | 'qa-blocked'
  /** The packages that the plan wants could not be installed. */
  | 'dependencies'
  /** A conflict that only the user can resolve. */
  | 'conflict'
  | 'branch-moved';
export type RunStatus = 'succeeded' | 'failed' | 'cancelled';

export type RunEvent =
  | {
      readonly type: 'run.created';
      readonly plan: Plan;
      readonly settings: RunSettings;
      readonly base: Commit;
      /** Short name of the branch the base was taken from; absent for a detached HEAD. */
      readonly baseBranch?: string;
      readonly integrationBranch: string;
      /** Path of the plan as the user gave it, absolute on the user's machine. */
      readonly source: string;
    }
  /** A process took the run over: its first owner, and each `resume`. */
  | { readonly type: 'run.opened'; readonly owner: Owner; readonly protection: Protection }
  /** Left unfinished, for `resume` to go on. */
  | { readonly type: 'run.suspended'; readonly reason: SuspendReason }
  | { readonly type: 'run.finished'; readonly status: RunStatus }
  /** New starts pause until then, because of several equal failures across tasks. */
  | { readonly type: 'breaker.opened'; readonly until: number; readonly signature: string };

export type GroupEvent =
  | { readonly type: 'group.opened'; readonly group: number }
  | { readonly type: 'group.closed'; readonly group: number }
  /** Its validation failed and no task has a try left. */
  | { readonly type: 'group.failed'; readonly group: number; readonly failure: Failure };

export type TaskEvent =
  /** Its work passed what is asked of it before merging. */
  | { readonly type: 'task.accepted'; readonly task: TaskId; readonly tip: Commit }
  | {
      readonly type: 'task.retrying';
      readonly task: TaskId;
      readonly notBefore: number;
      readonly failure: Failure;
    }
  | { readonly type: 'task.failed'; readonly task: TaskId; readonly failure: Failure }
  /** A conflict that nobody else resolves; the work is kept. */
  | { readonly type: 'task.unresolved'; readonly task: TaskId; readonly failure: Failure }
  | { readonly type: 'task.cancelled'; readonly task: TaskId }
  /** Its next start waits for the user's word. */
  | { readonly type: 'task.held'; readonly task: TaskId }
  /** `because` names the failed, cancelled or blocked task it waits for. */
  | { readonly type: 'task.blocked'; readonly task: TaskId; readonly because: TaskId };

/** One task's merge on top of what came before it. */
export interface CandidateStep {
  readonly task: TaskId;
  readonly commit: Commit;
}

export type Intent =
  | {
      readonly type: 'dependencies.installing';
      readonly base: Commit;
      readonly changes: readonly PackageChange[];
    }
  | { readonly type: 'integration.preparing'; readonly branch: string; readonly base: Commit }
  | {
      readonly type: 'attempt.starting';
      readonly task: TaskId;
      readonly attempt: number;
      readonly role: Role;
      readonly base: Commit;
      readonly startFrom: Commit;
      readonly branch: string;
      /** What the agent is told of its last try; empty on the first. */
      readonly feedback: string;
      /** The agent's own, to go on in; absent for a fresh one. */
      readonly session?: string;
      /** Who does it; absent for the one that the settings have for the role. */
      readonly agent?: AgentSettings;
    }
  | {
      readonly type: 'attempt.stopping';
      readonly task: TaskId;
      readonly attempt: number;
      readonly why: StopReason;
    }
  | {
      readonly type: 'checks.starting';
      readonly task: TaskId;
      /** Whose work is looked at. */
      readonly attempt: number;
      readonly base: Commit;
      readonly tip: Commit;
    }
  | (Branch & { readonly type: 'merge.starting'; readonly onto: Commit })
  /** Is what a resolver handed in a resolution? */
  | {
      readonly type: 'resolution.starting';
      readonly task: TaskId;
      readonly attempt: number;
      readonly conflict: Conflict;
      readonly tip: Commit;
      readonly branch: string;
    }
  /** Has the user resolved the conflict on the task's branch? */
  | {
      readonly type: 'takeover.starting';
      readonly task: TaskId;
      readonly branch: string;
      readonly conflict: Conflict;
      /** What the work may be counted from, the newest first. */
      readonly bases: readonly Commit[];
    }
  | {
      readonly type: 'test.starting';
      readonly task: TaskId;
      readonly commit: Commit;
      /** Empty: there is none, and only a browser looks at it. */
      readonly command: string;
      /** A browser looks at it as well, when the command has passed. */
      readonly e2e?: true;
    }
  /** What is tested, or installed, is of no use any more. `of` is the key of that intent. */
  | { readonly type: 'test.stopping'; readonly of: string }
  /** A group has ended, and the plan wants a branch to be left there. `from` is null for one that is to be made. */
  | {
      readonly type: 'group.branching';
      readonly group: number;
      readonly branch: string;
      readonly from: Commit | null;
      readonly to: Commit;
    }
  /** A test was red on work that was proven meanwhile: whose fault is it? */
  | (Branch & {
      readonly type: 'blame.starting';
      /** The red one: the task merged onto `before`, and that onto `ground`, which is proven. */
      readonly commit: Commit;
      readonly ground: Commit;
      readonly before: readonly Branch[];
      /** As of the test that was red. */
      readonly command: string;
      readonly e2e?: true;
    })
  | {
      readonly type: 'validation.starting';
      readonly group: number;
      /** What the candidate stands on. */
      readonly base: Commit;
      /** The last step's commit is the candidate. */
      readonly steps: readonly CandidateStep[];
    }
  | {
      readonly type: 'integration.advancing';
      readonly branch: string;
      readonly from: Commit;
      readonly to: Commit;
      readonly tasks: readonly TaskId[];
    };

export type Outcome =
  | { readonly type: 'dependencies.installed'; readonly result: InstallResult }
  | { readonly type: 'integration.prepared'; readonly branch: string }
  /** The agent runs. `slot` is the worktree's name in its pool, `worktree` its path on the machine that runs it. */
  | {
      readonly type: 'attempt.started';
      readonly task: TaskId;
      readonly attempt: number;
      readonly slot: string;
      readonly worktree: string;
    }
  | {
      readonly type: 'attempt.ended';
      readonly task: TaskId;
      readonly attempt: number;
      readonly outcome: AttemptOutcome;
    }
  | {
      readonly type: 'checks.ended';
      readonly task: TaskId;
      readonly attempt: number;
      readonly proof: Proof;
    }
  | { readonly type: 'merge.ended'; readonly task: TaskId; readonly result: MergeResult }
  | {
      readonly type: 'resolution.ended';
      readonly task: TaskId;
      readonly attempt: number;
      readonly found: Resolution;
    }
  | { readonly type: 'takeover.ended'; readonly task: TaskId; readonly found: Takeover }
  | {
      readonly type: 'test.ended';
      readonly task: TaskId;
      readonly commit: Commit;
      readonly result: TestResult;
    }
  | { readonly type: 'test.stopped'; readonly of: string }
  | { readonly type: 'group.branched'; readonly group: number; readonly result: GroupBranch }
  | { readonly type: 'blame.ended'; readonly task: TaskId; readonly found: Found }
  | {
      readonly type: 'validation.ended';
      readonly group: number;
      readonly commit: Commit;
      readonly result: CommandResult;
      /** On failure: the tasks whose merges broke it, at least one; empty when no single one can be named. */
      readonly guilty: readonly TaskId[];
    }
  | { readonly type: 'integration.advanced'; readonly to: Commit; readonly tasks: readonly TaskId[] }
  /** Somebody else moved the branch. `ours` is true when what it stands at now still holds our tip. */
  | { readonly type: 'integration.moved'; readonly actual: Commit | null; readonly ours: boolean };

export type InstallResult =
  /** On top of the base; the base itself where everything was there already. */
  | {
      readonly is: 'installed';
      readonly commit: Commit;
      readonly files: readonly string[];
      /** What the files do not show although the package manager says that all is done, in words; absent for nothing. */
      readonly unconfirmed?: readonly string[];
    }
  | { readonly is: 'failed'; readonly result: CommandResult };

/** What only informs: it may be lost in a crash without changing what the run does. */
export type Report =
  | {
      readonly type: 'attempt.progress';
      readonly task: TaskId;
      readonly attempt: number;
      readonly percent?: number;
      readonly step?: string;
      /** Its service has answered. */
      readonly answered?: true;
      /** What it has used so far. */
      readonly used?: Usage;
    }
  /** Which check runs now. */
  | {
      readonly type: 'checks.progress';
      readonly task: TaskId;
      readonly attempt: number;
      readonly step: string;
    }
  | LeftReport
  /** A look at the work of all tasks: which of it would not merge, as it stands, and what is over of that. */
  | (Changes & { readonly type: 'conflicts.foreseen' });

const INFORMING = new Set<EventBody['type']>(['attempt.progress', 'checks.progress', 'conflicts.foreseen']);

/** True for an event that must be on the disk before the run goes on. */
export function decides(event: EventBody): boolean {
  return !INFORMING.has(event.type);
}
