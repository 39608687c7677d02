import type { AttemptOutcome, Commit, Role, Usage } from '../core/attempt.ts';
import type { Takeover } from '../core/conflict.ts';
import type { EventBody, InstallResult, Intent, LoggedEvent } from '../core/event.ts';
import type { MergeResult } from '../core/merge-result.ts';
import type { TaskId } from '../core/plan.ts';
import type { Proof } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import { advisedOutcome, approve, doneOutcome } from './outcomes.ts';

export interface Script {
  /** Milliseconds that an attempt takes. */
  readonly duration: (task: TaskId, attempt: number) => number;
  /** What each answer of the attempt's model costs and holds; they come evenly while it lasts. */
  readonly turns?: (task: TaskId, attempt: number) => readonly Usage[];
  readonly outcome: (task: TaskId, attempt: number, state: RunState) => AttemptOutcome;
  /** Of QA. */
  readonly review?: (task: TaskId, attempt: number, state: RunState) => AttemptOutcome;
  readonly proof?: (task: TaskId, attempt: number) => Proof;
  readonly install?: (nth: number) => InstallResult;
  /** Of a resolver; one that is not given leaves `t-<task>-<attempt>`. */
  readonly resolver?: (task: TaskId, attempt: number, state: RunState) => AttemptOutcome;
  /** Of an adviser; one that is not given answers `do it`. */
  readonly adviser?: (task: TaskId, attempt: number, state: RunState) => AttemptOutcome;
  /** Why what a resolver handed in is none; nothing for one. */
  readonly findings?: (task: TaskId, attempt: number) => readonly string[];
  /** What the user has left on the branch. */
  readonly user?: (task: TaskId, nth: number) => Takeover;
  readonly merge?: (task: TaskId, nth: number) => MergeResult;
  readonly test?: (task: TaskId, nth: number) => boolean;
  /** Instead of `test`: by the tips of the attempts whose work is in the commit. */
  readonly passes?: (tips: ReadonlySet<Commit>) => boolean;
  /** Milliseconds that a merge, a test, a search for blame or a validation takes; 0 or 1 when it is not given. */
  readonly lasts?: (intent: Intent) => number;
  readonly validation?: (
    group: number,
    nth: number,
  ) => { readonly passed: boolean; readonly guilty: readonly TaskId[] };
  /** Called after every event; for invariants and for requests, which it may return. */
  readonly watch?: (state: RunState, event: LoggedEvent) => readonly EventBody[];
  /**
   * By how many milliseconds the clock is set after the event, and what was written with it; what goes on takes as
   * long as it would have.
   */
  readonly jump?: (event: LoggedEvent) => number;
}

/** How the attempt ends. */
export function outcomeIn(
  { outcome, review, resolver, adviser }: Script,
  { role, task, attempt }: Extract<Intent, { type: 'attempt.starting' }>,
  state: RunState,
): AttemptOutcome {
  const helpers: Partial<Record<Role, Script['outcome']>> = {
    qa: review ?? approve,
    adviser: adviser ?? (() => advisedOutcome('do it')),
    resolver: resolver ?? (() => doneOutcome(`t-${task}-${attempt}`)),
  };
  return (helpers[role] ?? outcome)(task, attempt, state);
}
