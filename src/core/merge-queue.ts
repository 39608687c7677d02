/**
 * The line of work towards the integration branch:
 *
 *   tip ── candidate ── window          queue
 *   where  proven, and  merged, each on accepted, and
 *   it     waits for    top of the one  waits for its
 *   stands its group    before, tests   merge
 *
 * The window is speculation: its steps are tested at the same time, each as if those before it were good. What turns
 * out red leaves it, and what stood behind that is merged and tested again without it.
 */

import type { Commit } from './attempt.ts';
import type { Branch } from './branch.ts';
import type { ConflictScene } from './conflict.ts';
import type { CandidateStep, TestResult } from './event.ts';
import type { Failure } from './failure.ts';
import type { ResolvedPath } from './merge-result.ts';
import type { TaskId } from './plan.ts';

export interface WindowStep extends Branch, CandidateStep {
  /** What it was merged onto. */
  readonly onto: Commit;
  /** The newest commit below it that was proven when it was merged. */
  readonly ground: Commit;
  /** What lay between the ground and it. */
  readonly before: readonly Branch[];
  readonly proven: boolean;
  /** A browser has to look at it. */
  readonly e2e?: true;
  /** Of its own test; null also when none was needed. */
  readonly result: TestResult | null;
}

/** Its test was red, and green may be what it was tested with: which of them is it? */
export type Suspect = Omit<WindowStep, 'proven' | 'result'> & { readonly result: TestResult };

/** It does not merge onto a step of the window. It has a conflict once that step is proven, and none if it is not. */
export interface HeldConflict extends Branch {
  readonly onto: Commit;
  readonly paths: readonly string[];
  readonly scene: ConflictScene | null;
  readonly at: number;
}

export interface Integration {
  readonly branch: string;
  readonly prepared: boolean;
  /** Where the integration branch stands. */
  readonly tip: Commit;
  /** Proven merges on top of `tip` that the branch has not moved to yet. */
  readonly candidate: readonly CandidateStep[];
  /** How many of them are of which group; absent means none. */
  readonly onCandidate: ReadonlyMap<number, number>;
  /** Groups whose validation passed on the candidate as it stands. */
  readonly validated: readonly number[];
  /** Merges on top of the candidate that are not part of it yet. */
  readonly window: readonly WindowStep[];
  /** How many steps the window may have: halves when one is red, grows again with each that is green. */
  readonly width: number;
  readonly held: readonly HeldConflict[];
  readonly suspects: readonly Suspect[];
  /** Accepted tasks, in the order in which they will be merged. */
  readonly queue: readonly TaskId[];
  /** Commits that were on the line and were taken off it: work may have begun on top of them. */
  readonly dropped: ReadonlySet<Commit>;
  /** A validation failed on a group that lost a task already: nothing more can be proven here. */
  readonly broken: { readonly group: number; readonly failure: Failure } | null;
  /** Somebody else moved the branch somewhere that does not hold our tip. */
  readonly movedTo: { readonly actual: Commit | null } | null;
  readonly conflicts: readonly {
    readonly task: TaskId;
    readonly paths: readonly string[];
    readonly at: number;
    /** To a resolver; else its task begins anew. */
    readonly handedOver?: true;
  }[];
  /** Of each task's last merge that had conflicts which were put together at once. */
  readonly resolutions: readonly {
    readonly task: TaskId;
    readonly resolved: readonly ResolvedPath[];
    readonly at: number;
  }[];
}

export function newIntegration(branch: string, base: Commit, width: number): Integration {
  return {
    branch,
    prepared: false,
    tip: base,
    candidate: [],
    onCandidate: new Map(),
    validated: [],
    window: [],
    width,
    held: [],
    suspects: [],
    queue: [],
    dropped: new Set(),
    broken: null,
    movedTo: null,
    conflicts: [],
    resolutions: [],
  };
}

/** The newest proven commit. */
export function candidateTip({ candidate, tip }: Integration): Commit {
  return candidate[candidate.length - 1]?.commit ?? tip;
}

/** Where the next merge goes on top of. */
export function lineTip(integration: Integration): Commit {
  return integration.window[integration.window.length - 1]?.commit ?? candidateTip(integration);
}

/** What stands behind a red step is not worth a test. */
export function worthATest({ window }: Integration): readonly WindowStep[] {
  const red = window.findIndex(({ proven, result }) => !proven && result !== null);
  return (red < 0 ? window : window.slice(0, red)).filter(({ proven }) => !proven);
}
