/** What was found of the combined work of a run, and what became of its merge into a branch of the user's. Plain data. */

import type { Commit } from './attempt.ts';
import type { TaskId } from './plan.ts';
import { type CheckResult, type CheckStatus, isRed } from './proof.ts';

export interface Integrated {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The run's. */
  readonly base: Commit;
  /** Of the integration branch; the last that the run knows where the branch is gone. */
  readonly tip: Commit;
  readonly branchIsGone: boolean;
  /** Commits of the branch that none of the run's merges made. */
  readonly foreign: readonly Commit[];
  readonly proof: CombinedProof;
  /** Null where no test failed, or one that failed before. */
  readonly search: GuiltySearch | null;
  /** Null when nobody asked for it. */
  readonly into: IntoOutcome | null;
}

export interface CombinedProof {
  /** Of the combined code: commands, contracts, content. */
  readonly checks: readonly CheckResult[];
  /** Of each merged task's own changes. */
  readonly boundaries: readonly TaskBoundaries[];
}

export interface TaskBoundaries {
  readonly task: TaskId;
  readonly result: CheckResult;
}

/** The search for the merge that broke a check. */
export interface GuiltySearch {
  /** The check's name and what it runs. */
  readonly check: string;
  readonly command: string;
  /** In the order in which they were tested. */
  readonly tested: readonly { readonly commit: Commit; readonly is: SightOf }[];
  readonly found: Found;
}

/** `absent`: the commit has no such check. */
export type SightOf = 'passed' | 'failed' | 'absent' | 'not run';

export type Found =
  /** The first one that fails. The task is null for a commit that none of the run's merges made. */
  | { readonly is: 'merge'; readonly commit: Commit; readonly task: TaskId | null }
  /** One of these; the others could not be tested. */
  | { readonly is: 'among'; readonly commits: readonly Commit[] }
  | { readonly is: 'nothing'; readonly reason: string };

export type IntoOutcome = { readonly branch: string } & (
  | { readonly is: 'merged'; readonly from: Commit; readonly commit: Commit }
  /** Its history holds the work already. `completed`: the files of its checkout did not, and now do. */
  | { readonly is: 'held'; readonly commit: Commit; readonly completed: boolean }
  /** Nothing was tried, for these checks failed. */
  | { readonly is: 'unproven'; readonly checks: readonly string[] }
  | { readonly is: 'conflict'; readonly paths: readonly string[] }
  /** These fail on the merge of the two. */
  | { readonly is: 'red'; readonly checks: readonly CheckResult[] }
  /** Something came into the way while the checks ran. */
  | { readonly is: 'refused'; readonly message: string; readonly remedy: string }
  /** The branch holds the work, and the files of its checkout could not be brought along. */
  | { readonly is: 'behind'; readonly commit: Commit; readonly message: string; readonly remedy: string }
);

/** How a check counts for the whole: what is not critical, or failed on the base as well, only warns. */
export function weight(check: CheckResult): CheckStatus {
  if (check.status !== 'failed') return check.status;
  return isRed(check) && check.critical ? 'failed' : 'warning';
}

/** Names of what speaks against the work as a whole. */
export function failuresOf({ checks, boundaries }: CombinedProof): readonly string[] {
  return [
    ...checks.filter((check) => weight(check) === 'failed').map(({ name }) => name),
    ...boundaries
      .filter(({ result }) => weight(result) === 'failed')
      .map(({ task }) => `boundaries of ${task}`),
  ];
}

/** The worst of several; of none it is `not run`. */
export function worstOf(statuses: readonly CheckStatus[]): CheckStatus {
  const order: readonly CheckStatus[] = ['failed', 'warning', 'not run', 'passed'];
  return order.find((status) => statuses.includes(status)) ?? 'not run';
}
