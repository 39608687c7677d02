/** What every surface (command line, screens, MCP) uses of a run. Nothing else of the engine is theirs. */

import type { Commit } from '../core/attempt.ts';
import type { LoggedEvent, Owner, RunStatus, SuspendReason } from '../core/event.ts';
import type { Integrated } from '../core/integrated.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import type { Request } from '../core/request.ts';
import type { Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { WorkPatch } from '../ports/work-diff.ts';

/** Asked for something that cannot be done; nothing was made. */
export interface Refusal {
  readonly reason:
    | 'no-such-run'
    | 'ambiguous-run'
    | 'no-such-task'
    | 'no-such-branch'
    | 'not-possible'
    | 'repository'
    | 'owned'
    | 'finished'
    | 'store'
    /** The world outside broke the run off: git does not work, the log is damaged. It can be resumed. */
    | 'outside';
  readonly message: string;
  /** What to do, in one sentence. */
  readonly remedy: string;
  /** Who drives the run, for `owned`. */
  readonly owner?: Owner;
}

export interface NewRun {
  readonly plan: Plan;
  readonly settings: RunSettings;
  /** Absolute path of the plan. */
  readonly source: string;
  readonly allowDirty: boolean;
  /** Paths relative to the repository's root that do not make it dirty: the plan's own files and our outputs. */
  readonly ignoreDirty: readonly string[];
}

export interface RunSummary {
  readonly run: string;
  readonly planId: string;
  readonly planName: string;
  readonly source: string;
  readonly createdAt: number;
  readonly phase: RunState['phase'];
  /** Who drives it now; null when nobody alive does. */
  readonly owner: Owner | null;
}

export type RunEnd =
  | { readonly is: 'finished'; readonly status: RunStatus }
  | { readonly is: 'suspended'; readonly reason: SuspendReason };

export interface DriveOptions {
  /** Called for each event that enters the log while this process drives, in order. */
  readonly onEvent: (event: LoggedEvent, state: RunState) => void;
  /** Called when the run waits for the world outside (a full disk), and with null when that is over. */
  readonly onTrouble: (detail: string | null) => void;
}

export interface IntegrateOptions {
  /** Short name of the branch that the work is merged into when it is proven. */
  readonly into?: string;
  /** Paths relative to the repository's root that do not make a checkout of that branch dirty. */
  readonly ignoreDirty: readonly string[];
  /** Told which check runs now. */
  readonly report: (step: string) => void;
  /** Ends it; what was found is kept for the next time. */
  readonly signal: AbortSignal;
}

/** Work that a plan has as done. */
export interface MissingWork {
  /** That has done it. */
  readonly run: string;
  /** In the plan's order. */
  readonly tasks: readonly TaskId[];
}

export interface CoxApi {
  /** Writes the run's first event. Nothing runs yet. The value is the run's id. */
  create(request: NewRun): Promise<Result<string, Refusal>>;
  /** Takes the run's lease and drives it to its end, or to where it has to stop; for a first run and for `resume`. */
  drive(run: string, options: DriveOptions): Promise<Result<RunEnd, Refusal>>;
  /**
   * Checks the combined work of a run that nobody drives, as far as it is merged, and merges it into a branch of the
   * user's if one is named. Writes no event. Null when the signal ended it.
   */
  integrate(run: string, options: IntegrateOptions): Promise<Result<Integrated | null, Refusal>>;
  /** Asks the process that drives the run for something; it acts within 300 ms. Without one, the next `resume` does. */
  request(run: string, request: Request): Promise<Result<RunState, Refusal>>;
  read(run: string): Promise<Result<RunState, Refusal>>;
  events(run: string, after: number): Promise<readonly LoggedEvent[]>;
  /** Resolves when the run has events behind `after`, or the signal aborts. */
  wake(run: string, after: number, signal: AbortSignal): Promise<void>;
  /** Newest first. */
  runs(): Promise<readonly RunSummary[]>;
  /** The newest so many runs that can be read. */
  history(most: number): Promise<readonly RunState[]>;
  /** What the run's plan has as done by other runs, and its base does not hold. */
  missingWork(run: string): Promise<Result<readonly MissingWork[], Refusal>>;
  /** The run meant by an id, the start of one, a plan's id, a plan's path, or nothing (the newest). */
  find(what: string | undefined): Promise<Result<string, Refusal>>;
  /** Who drives the run now, if anyone alive does. */
  owner(run: string): Promise<Owner | null>;
  /**
   * When whoever drives or drove the run last gave a sign, in milliseconds since the epoch, a few seconds at most before
   * its end; null when nobody ever did.
   */
  lastSeen(run: string): Promise<number | null>;
  workPatch(base: Commit, tip: Commit): Promise<Result<WorkPatch, Refusal>>;
  /** Absolute folder of an attempt's logs on this machine: `agent/stdout.log` and `agent/stderr.log` lie in it. */
  attemptFolder(run: string, task: string, attempt: number): string;
  /** Values that the project's own files hold, and that must not be shown of what agents print. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}
