/** One try at a task: what it is given, and how it ended. Plain JSON without a path of the coordinator's machine. */

import type { Failure } from './failure.ts';
import type { IsolationSettings, Peaks } from './isolation.ts';
import type { LeftBeside } from './left-beside.ts';
import type { AgentProfile, TaskId, TextFile } from './plan.ts';
import type { PriceRule } from './price-table.ts';
import type { AgentSettings, AttemptLimits } from './settings.ts';
import type { Allowance, Usage } from './usage.ts';

export type { Usage };

/** A full object id in lower-case hexadecimal. */
export type Commit = string;

export type Role = 'executor' | 'qa' | 'resolver' | 'adviser' | 'e2e' | 'decomposer' | 'critic';

/** It looks at the work of others: of what it does to files nothing is taken over, and it speaks to nobody else. */
export function onlyLooks(role: Role): boolean {
  return role === 'qa' || role === 'adviser';
}

/** Names one attempt everywhere. `number` counts from 1 within the task, over all roles. */
export interface AttemptId {
  readonly run: string;
  readonly task: TaskId;
  readonly number: number;
}

export function attemptKey(id: AttemptId): string {
  return `${id.run}/${id.task}/${id.number}`;
}

export interface AttemptSpec {
  readonly id: AttemptId;
  readonly role: Role;
  /** What the work is measured against: the result must descend from it. */
  readonly base: Commit;
  /** Where the worktree starts: the base, or the tip of an earlier try. */
  readonly startFrom: Commit;
  /** Short name of the branch that the work is left on. */
  readonly branch: string;
  /** Message for work that the agent left uncommitted. */
  readonly commitMessage: string;
  readonly prompt: string;
  /** The agent's own session to go on in; the prompt is what is said next in it. */
  readonly session?: string;
  /** What earlier attempts in that session were counted with. */
  readonly counted?: Usage;
  /** The user's own, before those of the program. */
  readonly prices?: readonly PriceRule[];
  /** What it may use. */
  readonly allowances?: readonly Allowance[];
  /** Its service refused others a while ago: its first answer is told. */
  readonly probes?: true;
  /** Given to the agent in its context folder: context, contracts, feedback of the last try. */
  readonly context: readonly TextFile[];
  readonly agent: AgentSettings;
  /** As whom the agent works; absent when the plan names nobody. */
  readonly profile?: AgentProfile;
  readonly limits: AttemptLimits;
  readonly isolation: IsolationSettings;
  /** Once its conversation fills more of its context than this it is ended, for another to go on in a fresh one. */
  readonly fullestContext?: number;
  /** True when an unchanged branch is a good result. */
  readonly verifyOnly: boolean;
}

/** What the harvest found on the branch, against the attempt's base. */
export interface Work extends LeftBeside {
  readonly tip: Commit;
  readonly commits: number;
  readonly files: readonly string[];
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** The files are those of the earlier try that this one started from. */
  readonly unchanged?: true;
}

interface Ended {
  /** Absent when there was no worktree to harvest, or it could not be. */
  readonly work?: Work;
  /** Why it could not be, and where what there was is now; a failure for that alone says so itself. */
  readonly untaken?: string;
  readonly usage: Usage;
  readonly exitCode: number | null;
  /** That it has worked with, where its program tells; untrusted. */
  readonly model?: string;
  /** What the agent says of its work, in its own words; untrusted. */
  readonly summary?: string;
  /** The agent's own session, where it can be resumed. */
  readonly session?: string;
  /** Share of its context that the session takes up, where the agent tells. */
  readonly context?: number;
  /** Absent where nobody looked, as at an attempt that was over at once. */
  readonly peaks?: Peaks;
}

/** What QA says of a task's work. */
export interface Review {
  /** `blocked`: it could not be looked at here, through no fault of the work. */
  readonly verdict: 'approved' | 'rejected' | 'blocked';
  /** Its own words, bounded; untrusted. */
  readonly report: string;
}

/** What an adviser says to a question: its own words, bounded; untrusted. */
export type Advice =
  | { readonly is: 'answer'; readonly text: string }
  /** It leaves the question to others. */
  | { readonly is: 'none'; readonly why: string };

/** Of an adviser that says neither. */
export const NO_ANSWER = 'it ended without an answer';

export type AttemptOutcome =
  | (Ended & { readonly is: 'done'; readonly work: Work })
  | (Ended & { readonly is: 'failed'; readonly failure: Failure })
  /** Ended because we asked for it; counts as no failure. */
  | (Ended & { readonly is: 'stopped'; readonly why: StopReason })
  /** The machine or the shim went down with it; counts as no failure. */
  | (Ended & { readonly is: 'lost' })
  /** The agent's service said to come back at this time, milliseconds since the epoch; `untold`: it named none. */
  | (Ended & {
      readonly is: 'quota';
      readonly until: number;
      readonly untold?: true;
      readonly of?: LimitedPart;
    })
  | (Ended & { readonly is: 'asking'; readonly question: string })
  /** Of QA only, which leaves no work. */
  | (Ended & { readonly is: 'reviewed'; readonly review: Review })
  /** Of an adviser only, which leaves no work either. */
  | (Ended & { readonly is: 'advised'; readonly advice: Advice });

interface CredentialsRefused {
  readonly failure: Extract<Failure, { reason: 'agent-error' }> & { readonly kind: 'credentials' };
}

/** Its agent's service does not take the credentials: no failure of the task. */
export function isRefusedCredential(
  outcome: AttemptOutcome,
): outcome is Extract<AttemptOutcome, { is: 'failed' }> & CredentialsRefused {
  return (
    outcome.is === 'failed' &&
    outcome.failure.reason === 'agent-error' &&
    outcome.failure.kind === 'credentials'
  );
}

/** What a service limits, where it tells: all that is asked with a credential, or one model of it. */
export type LimitedPart = 'credential' | 'model';

/** `context`: its conversation has become too full to go on in. */
export type StopReason = 'cancelled' | 'interrupted' | 'budget' | 'context';
