import type { Commit } from './attempt.ts';
import type { TaskId } from './plan.ts';

/** A task's work as it waits for its merge. */
export interface Branch {
  readonly task: TaskId;
  readonly tip: Commit;
  /** The tip stands on this commit, which was taken off the line: only what it adds to it is merged. */
  readonly since?: Commit;
}

/** `taken`: it is somebody else's, or was moved or removed by somebody else, and is left as it is. */
export type GroupBranch =
  | { readonly is: 'set'; readonly at: Commit }
  | { readonly is: 'taken'; readonly actual: Commit | null };
