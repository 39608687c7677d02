import type { Commit } from './attempt.ts';
import type { TaskId } from './plan.ts';

/** A task's work as it waits for its merge. */
export interface Branch {
  readonly task: TaskId;
  readonly tip: Commit;
  /** The tip stands on this commit, which was taken off the line: only what it adds to it is merged. */
  readonly since?: Commit;
}
