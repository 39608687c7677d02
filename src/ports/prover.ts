/** Proves an attempt's work before it is accepted: the project's own checks, its boundaries, its contracts, its criteria. */

import type { Commit } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import type { Scope, Task } from '../core/plan.ts';
import type { Proof } from '../core/proof.ts';
import type { CheckSettings } from '../core/settings.ts';

export interface ProofRequest {
  readonly run: string;
  /** Unique within the run; a second request with one key takes up the first, or gives its result. */
  readonly key: string;
  readonly task: Pick<Task, 'id' | 'scope' | 'criteria' | 'contracts' | 'verifyOnly'>;
  /** Absolute path of the plan's folder on this machine; null when the plan has none. */
  readonly planFolder: string | null;
  /** What the work is measured against. */
  readonly base: Commit;
  readonly tip: Commit;
  readonly settings: CheckSettings;
  readonly isolation: IsolationSettings;
  /** The tip holds the work of many tasks, with these scopes. Boundaries are each task's own, and are not looked at. */
  readonly combined?: {
    readonly scopes: readonly Scope[];
    /** Of all tasks: what their contracts promise must be there. */
    readonly isWhole: boolean;
  };
}

export interface Prover {
  /**
   * Null when the signal ended it: there is no result, and a later request with the key goes on. What could not be run
   * is a result that says so. `report` is told which check runs now.
   */
  prove(request: ProofRequest, report: (step: string) => void, signal: AbortSignal): Promise<Proof | null>;
}
