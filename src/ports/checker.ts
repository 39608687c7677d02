/** Runs a command of the project on one commit, in a slot of its own. */

import type { Commit } from '../core/attempt.ts';
import type { CommandResult } from '../core/event.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { Validation } from '../core/plan.ts';

export interface CheckRequest {
  readonly run: string;
  /** Unique within the run; a second request with one key takes up the first, or gives its result. */
  readonly key: string;
  readonly commit: Commit;
  readonly what: Validation;
  readonly timeoutMs: number;
  readonly isolation: IsolationSettings;
}

export interface Checker {
  /**
   * Null when the signal ended it: the command was stopped and has no result. A later request with the key runs it
   * again. A command that could not be run at all is a result that did not pass.
   */
  check(request: CheckRequest, signal: AbortSignal): Promise<CommandResult | null>;
}
