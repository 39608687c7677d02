/** Proves the combined work of a run: what a single task's proof cannot see. */

import type { Commit } from '../core/attempt.ts';
import type { CombinedProof } from '../core/integrated.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { Scope, Task } from '../core/plan.ts';
import type { CheckSettings } from '../core/settings.ts';

/** A task's work as it was merged. */
export interface MergedWork {
  readonly task: Pick<Task, 'id' | 'scope' | 'verifyOnly'>;
  readonly base: Commit;
  readonly tip: Commit;
}

export interface CombinedRequest {
  readonly run: string;
  /** What the commands of the tip are measured against. */
  readonly base: Commit;
  readonly tip: Commit;
  /** Whose boundaries are looked at. */
  readonly works: readonly MergedWork[];
  /** Of all work that the tip holds: shared types are looked for in the files that these name. */
  readonly scopes: readonly Scope[];
  /** The tip holds the work of all tasks, so all that contracts promise must be there. */
  readonly isWhole: boolean;
  /** Absolute path of the plan's folder on this machine; null when the plan has none. */
  readonly planFolder: string | null;
  /** Paths from that folder. */
  readonly contracts: readonly string[];
  readonly settings: CheckSettings;
  readonly isolation: IsolationSettings;
}

export interface LookRequest {
  readonly run: string;
  readonly commit: Commit;
  /** A check of the proof of another commit: its name and what it ran there. */
  readonly name: string;
  readonly command: string;
  readonly settings: CheckSettings;
  readonly isolation: IsolationSettings;
}

/** What one check says of one commit. */
export type Look =
  | { readonly is: 'passed' }
  /** With the tests that failed, as far as it names them. */
  | { readonly is: 'failed'; readonly names: readonly string[] }
  /** The project has no such check there. */
  | { readonly is: 'absent' }
  | { readonly is: 'not run'; readonly detail: string };

export interface CombinedProver {
  /**
   * Null when the signal ended it. What passed is known when the same is asked again; what did not is looked at anew.
   * `report` is told which check runs now.
   */
  prove(
    request: CombinedRequest,
    report: (step: string) => void,
    signal: AbortSignal,
  ): Promise<CombinedProof | null>;
  /** One check on one commit, once for each run. Null when the signal ended it. */
  look(request: LookRequest, signal: AbortSignal): Promise<Look | null>;
}
